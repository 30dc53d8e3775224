package dev.penstock.client.registry.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends queries over HTTP/1.1 with a pool of kept connections, follows redirects, and retries once
 * when a kept connection turns out to be dead.
 *
 * <p>HTTP/1.1 on purpose: each blob has a connection, and so a TCP window, of its own.
 *
 * <p>Threads: any thread may send; nothing blocks it, name resolution included.
 */
public final class HttpTransport implements AutoCloseable {
  static {
    HttpTuning.apply();
  }

  private static final Logger log = LoggerFactory.getLogger(HttpTransport.class);

  private static final int STARTERS = 4;

  /**
   * Exchanges that wait for a starter. A call starts one at a time, retries and redirects included,
   * so this is as many as the most calls that a tunnel can be set to carry; calls that are
   * cancelled while they wait for a slow name service could otherwise pile up without end.
   */
  private static final int MAX_WAITING = 10_000;

  private final HttpOptions options;

  /** Where exchanges start: that can mean to resolve a name, and so to block. */
  private final ExecutorService starters;

  private final ScheduledThreadPoolExecutor clock;
  private final HttpClient client;

  /** Starts the threads of a transport; {@link #close} ends them. */
  public HttpTransport(HttpOptions options) {
    this.options = options;
    starters =
        new ThreadPoolExecutor(
            STARTERS,
            STARTERS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            daemons("penstock-registry-start-"));
    clock = new ScheduledThreadPoolExecutor(1, daemons("penstock-registry-clock-"));
    clock.setRemoveOnCancelPolicy(true);
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(options.connectTimeout())
            .proxy(HttpClient.Builder.NO_PROXY)
            // All else never blocks and stays on the thread that has the news, the HTTP client's
            // own or an event loop. A hop to a pool for each read cost half as much CPU again.
            .executor(Runnable::run);
    if (options.tls() != null) {
      builder.sslContext(options.tls());
    }
    client = builder.build();
  }

  /**
   * Sends a query and follows its redirects. The response is the last one's, with its own URI and
   * whatever status; its body must be consumed or cancelled. Fails with an {@link IOException}.
   */
  public CompletableFuture<HttpResponse<BodyFlow>> send(HttpQuery query, Abort abort) {
    return follow(query, abort, 0);
  }

  private CompletableFuture<HttpResponse<BodyFlow>> follow(HttpQuery query, Abort abort, int hops) {
    return sendWithRetry(query, abort)
        .thenCompose(
            response -> {
              Optional<String> location = Redirects.location(response);
              return location.isEmpty()
                  ? CompletableFuture.completedFuture(response)
                  : response
                      .body()
                      .discard()
                      .thenCompose(discarded -> redirect(query, location.get(), abort, hops));
            });
  }

  private CompletableFuture<HttpResponse<BodyFlow>> redirect(
      HttpQuery query, String location, Abort abort, int hops) {
    try {
      if (hops == options.maxRedirects()) {
        throw new RefusedRedirectException(
            "more than %d redirects, the last one by %s".formatted(hops, Origin.of(query.uri())));
      }
      return follow(Redirects.next(query, location), abort, hops + 1);
    } catch (RefusedRedirectException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * A dead kept connection shows only when it is used; a query changes nothing, so send it again.
   */
  private CompletableFuture<HttpResponse<BodyFlow>> sendWithRetry(HttpQuery query, Abort abort) {
    return sendOnce(query, abort)
        .handle(
            (response, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedFuture(response);
              }
              return mayBeStaleConnection(unwrap(failure))
                  ? sendOnce(query, abort)
                  : CompletableFuture.<HttpResponse<BodyFlow>>failedFuture(unwrap(failure));
            })
        .thenCompose(Function.identity());
  }

  private CompletableFuture<HttpResponse<BodyFlow>> sendOnce(HttpQuery query, Abort abort) {
    try {
      return CompletableFuture.supplyAsync(() -> start(query, abort), starters)
          .thenCompose(Function.identity());
    } catch (RejectedExecutionException e) {
      String reason =
          starters.isShutdown()
              ? "the client is shutting down"
              : MAX_WAITING + " requests wait to start; is the name service slow?";
      return CompletableFuture.failedFuture(new IOException(reason, e));
    }
  }

  private CompletableFuture<HttpResponse<BodyFlow>> start(HttpQuery query, Abort abort) {
    abort.check();
    return abort.track(
        client.sendAsync(
            query.toRequest(options.headerTimeout()),
            head -> new BodyFlow(options.stallTimeout(), clock)));
  }

  private static boolean mayBeStaleConnection(Throwable failure) {
    return failure instanceof IOException
        && !(failure instanceof HttpTimeoutException)
        && !(failure instanceof ConnectException)
        && !(failure instanceof SSLException);
  }

  /** The most that one read of a body brings; what demand is counted in. */
  public static int readBufferBytes() {
    return HttpTuning.readBufferBytes();
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

  /** Stops the threads; requests under way end as failed or never. */
  @Override
  public void close() {
    starters.shutdownNow();
    clock.shutdownNow();
  }

  private static ThreadFactory daemons(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
