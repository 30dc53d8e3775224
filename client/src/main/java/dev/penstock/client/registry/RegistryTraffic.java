package dev.penstock.client.registry;

import dev.penstock.client.registry.http.Explanation;
import dev.penstock.client.registry.http.HttpAnswer;
import dev.penstock.client.registry.http.HttpTransport;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What one registry was asked, what it answered, and whether it does. Any thread. */
public final class RegistryTraffic {
  private static final int FIRST_FAILING_STATUS = 500;

  private final Failures failures;
  private final Map<Answer, LongAdder> requests = new EnumMap<>(Answer.class);
  private final Map<RegistryException.Kind, LongAdder> errors =
      new EnumMap<>(RegistryException.Kind.class);
  private final LongAdder readBytes = new LongAdder();

  /** Volatile: written by whichever thread brings news, read by whoever asks. */
  private volatile News news;

  /** How a request was answered, by its status class. */
  public enum Answer {
    INFORMATIONAL("1xx"),
    SUCCESS("2xx"),
    REDIRECT("3xx"),
    REFUSAL("4xx"),
    FAILURE("5xx"),
    /** No connection, or one on which no answer came. */
    NONE("none");

    private final String label;

    Answer(String label) {
      this.label = label;
    }

    /** Such as {@code 2xx}. */
    public String label() {
      return label;
    }

    static Answer of(int status) {
      return switch (status / 100) {
        case 1 -> INFORMATIONAL;
        case 2 -> SUCCESS;
        case 3 -> REDIRECT;
        case 4 -> REFUSAL;
        default -> FAILURE;
      };
    }
  }

  /**
   * The last that was heard.
   *
   * @param trouble for the customer's eyes; null: it answers
   * @param failure the same for callers; null: it answers, or nothing was heard
   * @param sinceNanos null: nothing was heard
   */
  private record News(
      @Nullable String trouble, @Nullable RegistryException failure, @Nullable Long sinceNanos) {}

  /**
   * The last that was heard, in words that callers may see.
   *
   * @param failure null: its last answer came, or nothing was heard
   * @param age since when; null: nothing was heard
   */
  public record LastHeard(@Nullable RegistryException failure, @Nullable Duration age) {}

  RegistryTraffic(String registry) {
    failures = new Failures("registry '%s'".formatted(registry));
    news = new News("registry '%s' has not answered yet".formatted(registry), null, null);
    for (Answer answer : Answer.values()) {
      requests.put(answer, new LongAdder());
    }
    for (RegistryException.Kind kind : RegistryException.Kind.values()) {
      errors.put(kind, new LongAdder());
    }
  }

  /** Requests that were answered so, token servers' not included. */
  public long requests(Answer answer) {
    return count(requests.get(answer));
  }

  /** Reads that failed so. */
  public long errors(RegistryException.Kind kind) {
    return count(errors.get(kind));
  }

  private static long count(@Nullable LongAdder adder) {
    return adder == null ? 0 : adder.sum();
  }

  /** Bytes of blobs that it delivered. */
  public long readBytes() {
    return readBytes.sum();
  }

  /** Why it does not answer; empty when its last answer came, be it a refusal: the path is good. */
  public Optional<String> trouble() {
    return Optional.ofNullable(news.trouble());
  }

  /** What callers may know of it. */
  public LastHeard lastHeard() {
    News last = news;
    Long since = last.sinceNanos();
    return new LastHeard(
        last.failure(), since == null ? null : Duration.ofNanos(System.nanoTime() - since));
  }

  /** Whether nothing was heard of it for that long. */
  public boolean isOlderThan(Duration age) {
    Long since = news.sinceNanos();
    return since == null || System.nanoTime() - since > age.toNanos();
  }

  /** Bytes of a blob came. */
  public void read(int bytes) {
    readBytes.add(bytes);
  }

  /** A read failed, in the end. */
  public void failed(Throwable failure) {
    if (failure instanceof RegistryException known) {
      add(errors.get(known.kind()));
    }
  }

  /** Learns how a request ends, unless it is cancelled; the future is passed on as it is. */
  CompletableFuture<HttpAnswer> observe(CompletableFuture<HttpAnswer> request) {
    learned(request);
    return request;
  }

  /** The same; who waits for this future finds it learned. Cancelling this one ends no request. */
  CompletableFuture<HttpAnswer> learned(CompletableFuture<HttpAnswer> request) {
    return request.whenComplete(
        (answer, failure) -> {
          if (failure == null) {
            answered(answer.statusCode());
          } else if (!(HttpTransport.unwrap(failure) instanceof CancellationException)) {
            add(requests.get(Answer.NONE));
            RegistryException known = failures.of(failure);
            news = new News(Explanation.of(known), known, System.nanoTime());
          }
        });
  }

  private void answered(int status) {
    add(requests.get(Answer.of(status)));
    RegistryException failure =
        status < FIRST_FAILING_STATUS
            ? null
            : failures.of(RegistryException.Kind.FAILING, "it answers " + status);
    news = new News(failure == null ? null : failure.getMessage(), failure, System.nanoTime());
  }

  private static void add(@Nullable LongAdder adder) {
    if (adder != null) {
      adder.increment();
    }
  }
}
