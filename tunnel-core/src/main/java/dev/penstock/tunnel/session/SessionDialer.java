package dev.penstock.tunnel.session;

import dev.penstock.tunnel.connection.TlsFiles;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import dev.penstock.tunnel.websocket.dial.DialException;
import dev.penstock.tunnel.websocket.dial.DialTarget;
import dev.penstock.tunnel.websocket.dial.ResponseHeaders;
import dev.penstock.tunnel.websocket.dial.WebSocketDialer;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Dials one server for one tunnel id: for new sessions, and for carriers of those there are. */
final class SessionDialer {
  private final DialLoop.Settings settings;
  private final SslContext tls;

  /**
   * @throws IOException when a certificate or key cannot be used
   */
  SessionDialer(DialLoop.Settings settings) throws IOException {
    this.settings = settings;
    this.tls = TlsFiles.dialling(settings.tls());
  }

  /**
   * Dials once for a new session. Blocks for at most the handshake timeout.
   *
   * @param loop where the session shall live
   * @param onAttached called on {@code loop}; must give the session its listener
   * @throws IllegalArgumentException when the token cannot be sent
   * @throws IllegalStateException when the session could not begin
   */
  Attachment dial(EventLoop loop, Consumer<Attachment> onAttached)
      throws DialException, InterruptedException {
    Opened opened = new Opened(onAttached, null);
    dial(loop, Map.of(), opened);
    return opened.await().orElseThrow();
  }

  /**
   * Dials once for the next carrier of {@code session}. Blocks for at most the handshake timeout,
   * twice.
   *
   * <p>An acceptor that does not know the session any more answers with a new one. Then the old one
   * ends, and the new one goes to {@code onAttached}; but for an old one that still has its
   * carrier.
   *
   * @return the new session; empty when the old one goes on
   * @throws ElsewhereException when the session is not known there, and still has its carrier: it
   *     stays where it is
   */
  Optional<Attachment> dialAgain(Session session, Consumer<Attachment> onAttached)
      throws DialException, InterruptedException {
    EventLoop loop = session.eventLoop();
    long received = onLoop(loop, session::beginMove);
    Opened opened = new Opened(onAttached, session);
    try {
      dial(
          loop,
          Map.of(
              WireProtocol.SESSION, session.id().value(),
              WireProtocol.RECEIVED, Long.toString(received)),
          opened);
      return opened.await();
    } catch (DialException | RuntimeException e) {
      loop.execute(session::giveMoveUp);
      throw e;
    }
  }

  private void dial(EventLoop loop, Map<String, String> resume, Opened opened)
      throws DialException, InterruptedException {
    Map<String, String> headers = new LinkedHashMap<>(resume);
    headers.putAll(settings.asked().headers());
    headers.put("Authorization", WireProtocol.bearer(settings.token().get()));
    headers.put(WireProtocol.INSTANCE, settings.instance());
    WebSocketDialer.dial(
        new DialTarget(
            uri(),
            WireProtocol.SUBPROTOCOL,
            headers,
            settings.handshakeTimeout(),
            DialTarget.destination(uri(), settings.proxy(), tls, settings.serverName()),
            loop,
            opened));
  }

  private static long onLoop(EventLoop loop, Callable<Long> question) throws InterruptedException {
    try {
      return loop.submit(question).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private URI uri() {
    return WireProtocol.tunnelUri(settings.server(), settings.tunnelId());
  }

  private final class Opened implements DialTarget.Opened {
    private final Consumer<Attachment> onAttached;

    /** The session that is to go on; null when a new one is to begin. */
    private final @Nullable Session resumed;

    /** A new session; empty when the old one goes on. */
    private final CompletableFuture<Optional<Attachment>> outcome = new CompletableFuture<>();

    Opened(Consumer<Attachment> onAttached, @Nullable Session resumed) {
      this.onAttached = onAttached;
      this.resumed = resumed;
    }

    @Override
    public WebSocketSettings settings(ResponseHeaders headers) {
      // What makes no sense must show now, while the dial can still fail.
      sessionId(headers);
      received(headers);
      SessionLimits limits = limits(headers);
      return new WebSocketSettings(false, limits.maxMessageBytes(), limits.heartbeat());
    }

    @Override
    public WebSocketListener listen(WebSocket webSocket, ResponseHeaders headers) {
      WebSocketCarrier carrier = new WebSocketCarrier(webSocket);
      Session session = resumed;
      if (session != null && session.id().equals(sessionId(headers))) {
        goOn(session, carrier, received(headers));
        outcome.complete(Optional.empty());
      } else {
        begin(carrier, headers);
      }
      return carrier;
    }

    Optional<Attachment> await() throws InterruptedException {
      try {
        return outcome.get(settings.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        outcome.cancel(false);
        throw new IllegalStateException("the upgrade was accepted, but then no session began", e);
      } catch (InterruptedException e) {
        if (!outcome.cancel(false)) {
          outcome.thenAccept(begun -> begun.ifPresent(Opened::giveUp));
        }
        throw e;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof ElsewhereException elsewhere) {
          throw elsewhere;
        }
        throw new IllegalStateException("the session could not begin: " + e.getCause(), e);
      }
    }

    private void goOn(Session session, WebSocketCarrier carrier, long received) {
      carrier.carry(session);
      if (session.canReplayFrom(received)) {
        session.resume(carrier, received);
        return;
      }
      String claim = "the server says that it has received %d bytes".formatted(received);
      session.close(CloseCause.PROTOCOL_ERROR, claim);
      session.eventLoop().execute(() -> carrier.close(CloseCause.PROTOCOL_ERROR, claim));
    }

    private void begin(WebSocketCarrier carrier, ResponseHeaders headers) {
      Session session =
          new Session(sessionId(headers), limits(headers), settings.resumeTimeout(), carrier);
      carrier.carry(session);
      if (resumed != null && resumed.isConnected()) {
        session.listen(new Unwanted());
        // Later: this is said while the WebSocket is being made.
        session
            .eventLoop()
            .execute(() -> session.close(CloseCause.CLOSED, "its client stays where it is"));
        outcome.completeExceptionally(new ElsewhereException());
        return;
      }
      if (resumed != null) {
        resumed.close(CloseCause.SESSION_UNKNOWN, "");
      }
      adopt(new Attachment(settings.tunnelId(), settings.instance(), "", session));
    }

    private void adopt(Attachment attachment) {
      try {
        onAttached.accept(attachment);
      } catch (RuntimeException e) {
        outcome.completeExceptionally(e);
        throw e;
      }
      if (!outcome.complete(Optional.of(attachment))) {
        giveUp(attachment);
      }
    }

    private static void giveUp(Attachment attachment) {
      Session late = attachment.session();
      late.eventLoop().execute(() -> late.close(CloseCause.CLOSED, "the dial was given up before"));
    }

    private static long received(ResponseHeaders headers) {
      String value = headers.first(WireProtocol.RECEIVED).orElse("0");
      return WireProtocol.byteCount(value)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "%s is '%s', not a count".formatted(WireProtocol.RECEIVED, value)));
    }

    private static SessionId sessionId(ResponseHeaders headers) {
      return new SessionId(
          headers
              .first(WireProtocol.SESSION)
              .orElseThrow(
                  () -> new IllegalArgumentException("there is no " + WireProtocol.SESSION)));
    }

    /** The acceptor decides; what it does not state is as by default. */
    private static SessionLimits limits(ResponseHeaders headers) {
      SessionLimits defaults = SessionLimits.DEFAULTS;
      long heartbeatMillis =
          number(headers, WireProtocol.HEARTBEAT, (int) defaults.heartbeat().toMillis());
      return new SessionLimits(
          number(headers, WireProtocol.REPLAY_WINDOW, defaults.replayWindowBytes()),
          number(headers, WireProtocol.MAX_MESSAGE, defaults.maxMessageBytes()),
          Duration.ofMillis(heartbeatMillis));
    }

    private static int number(ResponseHeaders headers, String name, int ifAbsent) {
      Optional<String> value = headers.first(name);
      try {
        return value.isEmpty() ? ifAbsent : Integer.parseInt(value.get());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "%s is '%s', not a number".formatted(name, value.get()), e);
      }
    }
  }
}
