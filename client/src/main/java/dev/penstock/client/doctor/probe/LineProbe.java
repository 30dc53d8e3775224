package dev.penstock.client.doctor.probe;

import dev.penstock.tunnel.probe.ProbeLine;
import dev.penstock.tunnel.probe.Throughput;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** A {@link ProbeLine}, with its failures told apart. Any thread. */
final class LineProbe implements Probe {
  private static final String MAX_MESSAGE = "Penstock-Max-Message";

  private final ProbeLine line;

  LineProbe(ProbeLine line) {
    this.line = line;
  }

  @Override
  public String arrived() {
    return line.arrived();
  }

  @Override
  public int maxMessageBytes() {
    return line.headers()
        .first(MAX_MESSAGE)
        .filter(value -> value.matches("[0-9]{1,9}"))
        .map(Integer::parseInt)
        .orElse(0);
  }

  @Override
  public CompletableFuture<Duration> echo(int bytes, Duration limit) {
    return explained(line.echo(bytes, limit), Function.identity());
  }

  @Override
  public CompletableFuture<Passed> up(long bytes, int messageBytes, Duration limit) {
    return explained(line.upload(bytes, messageBytes, limit), LineProbe::passed);
  }

  @Override
  public CompletableFuture<Passed> down(long bytes, int messageBytes, Duration limit) {
    return explained(line.download(bytes, messageBytes, limit), LineProbe::passed);
  }

  private static Passed passed(Throughput throughput) {
    return new Passed(throughput.bytes(), throughput.took());
  }

  @Override
  public CompletableFuture<Ended> ended() {
    return line.ended().thenApply(end -> new Ended(end.code(), end.reason()));
  }

  private static <T, R> CompletableFuture<R> explained(
      CompletableFuture<T> future, Function<T, R> result) {
    CompletableFuture<R> explained = new CompletableFuture<>();
    var unused =
        future.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                explained.complete(result.apply(value));
              } else {
                explained.completeExceptionally(
                    failure instanceof TimeoutException
                        ? ProbeException.silent(said(failure))
                        : ProbeException.ended(said(failure)));
              }
            });
    return explained;
  }

  private static String said(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? "nothing came in time" : message;
  }

  @Override
  public void close() {
    line.close();
  }
}
