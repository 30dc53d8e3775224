package dev.penstock.tunnel.websocket.dial;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.tunnel.connection.EventLoops;
import dev.penstock.tunnel.connection.Proxy;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** An event loop to dial on, and what came of it. */
final class DialFixture implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofSeconds(1);
  static final String SECRET = "hush-token";

  /** The longest that a dial may take, on a machine with other things to do. */
  private static final Duration PATIENCE = TIMEOUT.multipliedBy(8);

  final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("test-dial", true), EventLoops.ioHandlerFactory());
  private Duration timeout = TIMEOUT;
  private int maxAnswerBytes;
  private @Nullable Proxy proxy;
  private @Nullable Path trusted;

  DialFixture proxy(Proxy newProxy) {
    this.proxy = newProxy;
    return this;
  }

  /** Keeps so much of the body of an answer. */
  DialFixture keeping(int bytes) {
    this.maxAnswerBytes = bytes;
    return this;
  }

  DialFixture trusting(Path certificates) {
    this.trusted = certificates;
    return this;
  }

  DialFixture timeout(Duration newTimeout) {
    this.timeout = newTimeout;
    return this;
  }

  void dial(String uri) throws DialException, InterruptedException, SSLException {
    WebSocketDialer.dial(target(uri));
  }

  /** Dials, and expects to fail at {@code step} within the timeout and without a secret. */
  DialException fail(String uri, DialStep step) throws SSLException {
    DialTarget target = target(uri);
    long start = System.nanoTime();
    DialException failure =
        catchThrowableOfType(DialException.class, () -> WebSocketDialer.dial(target));
    assertThat(failure).as("the dial of %s must fail", uri).isNotNull();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
    assertThat(failure).hasMessageNotContaining("hush");
    assertThat(failure.step()).as(failure.getMessage()).isEqualTo(step);
    assertThat(events).as("nothing was opened").isEmpty();
    return failure;
  }

  String nextEvent() throws InterruptedException {
    return String.valueOf(events.poll(20, TimeUnit.SECONDS));
  }

  EventLoop loop() {
    return loops.next();
  }

  private DialTarget target(String uri) throws SSLException {
    SslContextBuilder tls = SslContextBuilder.forClient();
    if (trusted != null) {
      tls.trustManager(trusted.toFile());
    }
    SslContext context = tls.build();
    return new DialTarget(
        URI.create(uri),
        "test.v1",
        Map.of("Authorization", "Bearer " + SECRET),
        timeout,
        DialTarget.destination(URI.create(uri), proxy, context, null),
        loops.next(),
        new Recorder(),
        maxAnswerBytes);
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private final class Recorder implements DialTarget.Opened, WebSocketListener {
    @Override
    public WebSocketSettings settings(ResponseHeaders headers) {
      int limit = headers.first("X-Limit").map(Integer::parseInt).orElse(4096);
      if (limit > 4096) {
        throw new IllegalArgumentException("X-Limit is " + limit + "; accepted are 0 to 4096");
      }
      return new WebSocketSettings(false, limit, Duration.ofSeconds(20));
    }

    @Override
    public WebSocketListener listen(WebSocket webSocket, ResponseHeaders headers) {
      if (headers.first("X-Defect").isPresent()) {
        throw new IllegalStateException("a listener with a defect");
      }
      events.add("opened " + headers.first("x-session").orElse("none"));
      return this;
    }

    @Override
    public void onBinary(ByteBuf piece) {
      events.add("binary " + piece.toString(UTF_8));
      piece.release();
    }

    @Override
    public void onText(String text) {
      events.add("text " + text);
    }

    @Override
    public void onReadComplete() {
      // Nothing waits for the end of a read.
    }

    @Override
    public void onWritabilityChanged() {
      // Nothing is sent.
    }

    @Override
    public void onClosed(int code, String reason) {
      events.add("closed " + code);
    }
  }
}
