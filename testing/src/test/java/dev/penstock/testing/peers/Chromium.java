package dev.penstock.testing.peers;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Debian's {@code chromium} without a screen, with one page, driven by its DevTools protocol. One
 * thread; closing ends the process.
 */
public final class Chromium implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Pattern SERVING = Pattern.compile("DevTools listening on (ws://\\S+)");

  private final PeerProcess process;
  private final WebSocket socket;
  private final Answers answers;
  private final AtomicInteger number = new AtomicInteger();
  private final String session;

  private Chromium(PeerProcess process, URI devTools) throws Exception {
    this.process = process;
    this.answers = new Answers();
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(devTools, answers)
            .get(BOUND.toSeconds(), TimeUnit.SECONDS);
    String target =
        call("Target.createTarget", "", "url", "about:blank").get("targetId").getAsString();
    JsonObject attach = new JsonObject();
    attach.addProperty("targetId", target);
    attach.addProperty("flatten", true);
    this.session = call("Target.attachToTarget", "", attach).get("sessionId").getAsString();
  }

  /** Starts one with its profile and its output below {@code directory}, which must exist. */
  public static Chromium start(Path directory) throws Exception {
    List<String> command =
        List.of(
            PeerBinary.CHROMIUM.require().toString(),
            "--headless",
            "--no-sandbox", // as root it would not start otherwise; it only sees our page
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--hide-scrollbars",
            "--ignore-certificate-errors",
            "--remote-debugging-port=0",
            "--user-data-dir=" + directory.resolve("profile"),
            "about:blank");
    PeerProcess process = PeerProcess.start(command, directory.resolve("chromium.log"), SERVING);
    try {
      return new Chromium(process, URI.create(process.await(BOUND).group(1)));
    } catch (Exception e) {
      process.close();
      throw e;
    }
  }

  /** Gives the page this size and colour scheme, {@code light} or {@code dark}. */
  public void show(int width, int height, String colours) throws Exception {
    JsonObject size = new JsonObject();
    size.addProperty("width", width);
    size.addProperty("height", height);
    size.addProperty("deviceScaleFactor", 1);
    size.addProperty("mobile", false);
    call("Emulation.setDeviceMetricsOverride", session, size);
    String media =
        "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + colours + "\"}]}";
    call("Emulation.setEmulatedMedia", session, JsonParser.parseString(media).getAsJsonObject());
  }

  /** Goes to a page, whose document this waits for no longer than it takes to begin. */
  public void open(URI url) throws Exception {
    call("Page.navigate", session, "url", url.toString());
  }

  /** What an expression gives, as text; waits for a promise. */
  public String evaluate(String expression) throws Exception {
    JsonObject parameters = new JsonObject();
    parameters.addProperty("expression", expression);
    parameters.addProperty("awaitPromise", true);
    parameters.addProperty("returnByValue", true);
    JsonObject answer = call("Runtime.evaluate", session, parameters);
    JsonObject result = answer.getAsJsonObject("result");
    if (answer.has("exceptionDetails") || !result.has("value")) {
      throw new IOException("'" + expression + "' gives " + answer);
    }
    return result.get("value").getAsString();
  }

  /** Waits until an expression is true in the page; the page itself is asked, again and again. */
  public void await(String condition) throws Exception {
    long deadline = System.nanoTime() + BOUND.toNanos();
    String look =
        "new Promise(done => { const end = Date.now() + 1000; const look = () =>"
            + " { let is = false; try { is = Boolean(%s); } catch (e) { is = false; }"
            + " if (is || Date.now() > end) done(String(is)); else setTimeout(look, 20); };"
            + " look(); })";
    String last = "";
    while (System.nanoTime() < deadline) {
      try {
        last = evaluate(look.formatted(condition));
      } catch (IOException e) {
        last = String.valueOf(e.getMessage()); // a page that goes away takes its promises along
      }
      if (last.equals("true")) {
        return;
      }
    }
    throw new IOException("'" + condition + "' did not become true: " + last);
  }

  /** Writes the whole page, as it looks now, as a PNG. */
  public void screenshot(Path file) throws Exception {
    JsonObject parameters = new JsonObject();
    parameters.addProperty("format", "png");
    parameters.addProperty("captureBeyondViewport", true);
    JsonObject picture = call("Page.captureScreenshot", session, parameters);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(picture.get("data").getAsString()));
  }

  private JsonObject call(String method, String session, String key, String value)
      throws Exception {
    JsonObject parameters = new JsonObject();
    parameters.addProperty(key, value);
    return call(method, session, parameters);
  }

  private JsonObject call(String method, String session, JsonObject parameters) throws Exception {
    int id = number.incrementAndGet();
    JsonObject request = new JsonObject();
    request.addProperty("id", id);
    request.addProperty("method", method);
    request.add("params", parameters);
    if (!session.isEmpty()) {
      request.addProperty("sessionId", session);
    }
    CompletableFuture<JsonObject> answer = answers.expect(id);
    socket.sendText(request.toString(), true).get(BOUND.toSeconds(), TimeUnit.SECONDS);
    JsonObject got = answer.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    if (got.has("error")) {
      throw new IOException(method + " failed: " + got.get("error"));
    }
    return got.getAsJsonObject("result");
  }

  /** Matches answers with calls by their number; events are of no interest. */
  private static final class Answers implements WebSocket.Listener {
    private final Map<Integer, CompletableFuture<JsonObject>> expected = new ConcurrentHashMap<>();
    private final StringBuilder text = new StringBuilder(); // by one call after another

    CompletableFuture<JsonObject> expect(int id) {
      return expected.computeIfAbsent(id, none -> new CompletableFuture<>());
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        JsonObject message = JsonParser.parseString(text.toString()).getAsJsonObject();
        text.setLength(0);
        if (message.has("id")) {
          expect(message.get("id").getAsInt()).complete(message);
        }
      }
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  @Override
  public void close() {
    socket.abort();
    process.close();
  }
}
