package dev.penstock.tunnel.ops;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What an {@link OpsServer} answers. */
public record Page(int status, String contentType, String body) {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  /**
   * The usual ones: {@code /healthz}, {@code /readyz} and {@code /metrics}.
   *
   * @param notReady what is wrong, in sentences; empty when it is ready
   */
  public static Map<String, Supplier<Page>> usual(
      Metrics metrics, Supplier<List<String>> notReady) {
    return Map.of(
        "/healthz", Page::alive,
        "/readyz", () -> readiness(notReady.get()),
        "/metrics", () -> of(metrics));
  }

  /** The process lives, or nobody would say so. */
  public static Page alive() {
    JsonObject body = new JsonObject();
    body.addProperty("status", "ok");
    return json(200, body);
  }

  /** Ready when there is no reason against it, each a sentence that says what is wrong. */
  public static Page readiness(List<String> reasons) {
    JsonObject body = new JsonObject();
    body.addProperty("status", reasons.isEmpty() ? "ready" : "not ready");
    body.add("reasons", array(reasons));
    return json(reasons.isEmpty() ? 200 : 503, body);
  }

  /** All numbers, now. */
  public static Page of(Metrics metrics) {
    return new Page(200, Metrics.CONTENT_TYPE, metrics.text());
  }

  static Page error(int status, String error, List<String> pages) {
    JsonObject body = new JsonObject();
    body.addProperty("error", error);
    body.add("pages", array(pages));
    return json(status, body);
  }

  private static JsonArray array(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private static Page json(int status, JsonObject body) {
    return new Page(status, "application/json", GSON.toJson(body) + "\n");
  }
}
