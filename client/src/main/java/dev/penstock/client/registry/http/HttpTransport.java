package dev.penstock.client.registry.http;

import dev.penstock.client.credentials.LookupThreads;
import dev.penstock.tunnel.connection.EventLoops;
import dev.penstock.tunnel.connection.ProxyFailures;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends queries over HTTP/1.1 with a pool of kept connections, follows redirects, and asks once
 * more when a kept connection turns out to be dead.
 *
 * <p>HTTP/1.1 on purpose: each blob has a connection, and so a TCP window, of its own.
 *
 * <p>Threads: any thread may send; nothing blocks it, name resolution included. Answers come on
 * event loops of the transport, and must not block them.
 */
public final class HttpTransport implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpTransport.class);
  private static final int THREADS = 2;
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

  private final HttpOptions options;
  private final EventLoopGroup loops;
  private final EventLoop clock;
  private final Connections connections;
  private final LookupThreads lookups;
  private final Routes routes;

  /** Starts the threads of a transport; {@link #close} ends them. */
  public HttpTransport(HttpOptions options) {
    this.options = options;
    loops =
        new MultiThreadIoEventLoopGroup(
            THREADS,
            new DefaultThreadFactory("penstock-registry", true),
            EventLoops.ioHandlerFactory());
    clock = loops.next();
    connections = new Connections(options, loops);
    lookups = new LookupThreads("penstock-registry-files", 1);
    routes = new Routes(options.reach(), lookups, options.connectTimeout());
  }

  /**
   * Sends a query and follows its redirects. The answer is the last one's, with its own URI and
   * whatever status; its body must be consumed or cancelled. Fails with an {@link
   * java.io.IOException}.
   */
  public CompletableFuture<HttpAnswer> send(HttpQuery query, Errand errand) {
    return follow(query.within(errand.call()), errand, 0)
        .thenApply(answer -> answer.askedAt(query.uri()));
  }

  private CompletableFuture<HttpAnswer> follow(HttpQuery query, Errand errand, int hops) {
    return sendWithRetry(query, errand)
        .thenCompose(
            answer -> {
              Optional<String> location = Redirects.location(answer);
              return location.isEmpty() || query.form() != null
                  ? CompletableFuture.completedFuture(answer)
                  : answer
                      .body()
                      .discard()
                      .thenCompose(discarded -> redirect(query, location.get(), errand, hops));
            });
  }

  private CompletableFuture<HttpAnswer> redirect(
      HttpQuery query, String location, Errand errand, int hops) {
    try {
      if (hops == options.maxRedirects()) {
        throw new RefusedRedirectException(
            "more than %d redirects".formatted(hops), "the last one by " + Origin.of(query.uri()));
      }
      return follow(Redirects.next(query, location), errand, hops + 1);
    } catch (RefusedRedirectException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * A dead kept connection shows only when it is used; a query changes nothing, so send it again,
   * over a new one.
   */
  private CompletableFuture<HttpAnswer> sendWithRetry(HttpQuery query, Errand errand) {
    return routes
        .to(Origin.of(query.uri()))
        .thenCompose(route -> sendWithRetry(query, errand, route));
  }

  private CompletableFuture<HttpAnswer> sendWithRetry(HttpQuery query, Errand errand, Route route) {
    return sendOnce(query, errand, route, true)
        .handle(
            (answer, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedFuture(answer);
              }
              return unwrap(failure) instanceof StaleConnectionException
                  ? sendOnce(query, errand, route, false)
                  : CompletableFuture.<HttpAnswer>failedFuture(unwrap(failure));
            })
        .thenCompose(Function.identity());
  }

  private CompletableFuture<HttpAnswer> sendOnce(
      HttpQuery query, Errand errand, Route route, boolean mayBeKept) {
    try {
      errand.check();
      return connections
          .connection(route, errand, mayBeKept)
          .thenCompose(connection -> exchange(query, errand, route, connection))
          .thenCompose(answer -> checkForwarding(answer, route));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The connection is given to the exchange, or closed. */
  private CompletableFuture<HttpAnswer> exchange(
      HttpQuery query, Errand errand, Route route, HttpConnection connection) {
    try {
      FullHttpRequest request = Requests.of(query, errand.call(), route);
      Exchange exchange = new Exchange(query.uri(), connection, options, clock);
      CompletableFuture<HttpAnswer> answer = errand.track(exchange.answer());
      connection.channel().eventLoop().execute(() -> connection.begin(exchange, request));
      return answer;
    } catch (RuntimeException e) { // a header that cannot be sent, or threads that have ended
      connection.channel().close();
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Where a proxy forwards, a 407 is its own, and nothing that the server said. */
  private static CompletableFuture<HttpAnswer> checkForwarding(HttpAnswer answer, Route route) {
    if (answer.statusCode() != 407 || !route.isForwarded()) {
      return CompletableFuture.completedFuture(answer);
    }
    answer.body().cancel();
    return CompletableFuture.failedFuture(
        ProxyFailures.unauthorized(route.forwarder(), route.origin().toString()));
  }

  /** Threads for what has to look into a file before it sends; they end with this. */
  public LookupThreads lookups() {
    return lookups;
  }

  /** About how much one part of a body brings at the most; what demand is counted in. */
  public static int readBufferBytes() {
    return Connections.READ_BYTES;
  }

  /** The failure itself, without the wrapper that dependent futures put around it. */
  public static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Runs a task that does not block once that much time has passed; not after the close. */
  public void after(Duration wait, Runnable task) {
    try {
      clock.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("closed; nothing more is tried", e);
    }
  }

  /** Closes the connections and ends the threads; requests under way fail. */
  @Override
  public void close() {
    lookups.close();
    connections.close();
    loops.shutdownGracefully(0, CLOSE_BOUND.toMillis(), TimeUnit.MILLISECONDS);
  }
}
