package dev.penstock.tunnel.probe;

import dev.penstock.tunnel.session.WireProtocol;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import dev.penstock.tunnel.websocket.dial.DialAnswer;
import dev.penstock.tunnel.websocket.dial.DialException;
import dev.penstock.tunnel.websocket.dial.DialStep;
import dev.penstock.tunnel.websocket.dial.DialTarget;
import dev.penstock.tunnel.websocket.dial.ResponseHeaders;
import dev.penstock.tunnel.websocket.dial.WebSocketDialer;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A line on its way, from the dial to the server's first message.
 *
 * <p>It is dialled by what dials tunnels, so that no hop sees a difference; as that blocks, on a
 * thread that ends with the handshake. What follows is on the event loop.
 */
final class Opening implements DialTarget.Opened {
  private static final int MAX_ANSWER_BYTES = 64 * 1024;

  private final ProbeTarget target;
  private final CompletableFuture<ProbeLine> result = new CompletableFuture<>();
  private final long deadlineNanos;

  Opening(ProbeTarget target) {
    this.target = target;
    this.deadlineNanos = System.nanoTime() + target.handshakeTimeout().toNanos();
  }

  CompletableFuture<ProbeLine> begin() {
    Thread thread = new Thread(this::dial, "penstock-probe-dial");
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  private void dial() {
    try {
      URI uri = WireProtocol.tunnelUri(target.server(), target.tunnelId());
      WebSocketDialer.dial(
          new DialTarget(
              uri,
              ProbeProtocol.SUBPROTOCOL,
              headers(),
              target.handshakeTimeout(),
              DialTarget.destination(uri, target.proxy(), target.tls(), target.serverName()),
              target.loop(),
              this,
              MAX_ANSWER_BYTES));
    } catch (DialException | RuntimeException e) {
      result.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      result.cancel(false);
    }
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>(target.asked().headers());
    headers.put("Authorization", WireProtocol.bearer(target.token()));
    headers.put(ProbeProtocol.NONCE, target.nonce());
    return headers;
  }

  @Override
  public WebSocketSettings settings(ResponseHeaders headers) {
    return ProbeProtocol.dialling();
  }

  @Override
  public WebSocketListener listen(WebSocket webSocket, ResponseHeaders headers) {
    Line line = new Line(webSocket, target.handshakeTimeout());
    ScheduledFuture<?> timer =
        target
            .loop()
            .schedule(
                () -> silent(line, headers),
                deadlineNanos - System.nanoTime(),
                TimeUnit.NANOSECONDS);
    line.arrived()
        .whenComplete(
            (arrived, failure) -> {
              timer.cancel(false);
              if (failure != null) {
                fail(headers, "but then " + failure.getMessage());
              } else {
                open(line, arrived, headers);
              }
            });
    return line;
  }

  private void open(Line line, String arrived, ResponseHeaders headers) {
    ProbeLine open =
        new ProbeLine(target.loop(), line, arrived, headers, target.handshakeTimeout());
    if (!result.complete(open)) {
      open.close(); // nobody waits any more
    }
  }

  private void silent(Line line, ResponseHeaders headers) {
    fail(
        headers,
        "but nothing that it sent came through within %d ms"
            .formatted(target.handshakeTimeout().toMillis()));
    line.close("nothing came");
  }

  private void fail(ResponseHeaders headers, String what) {
    result.completeExceptionally(
        new DialException(
            DialStep.UPGRADE,
            "%s answered 101, %s".formatted(target, what),
            new DialAnswer(101, "Switching Protocols", "HTTP/1.1", headers, ""),
            null,
            null));
  }
}
