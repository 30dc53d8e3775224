package dev.penstock.client.credentials;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.client.credentials.Credentials.None;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * What helpers answered, for a time. Several that ask for the same at once share one run. Any
 * thread.
 */
final class HelperAnswers implements AutoCloseable {
  private static final int MAX_ANSWERS = 256;

  private final HelperPrograms programs;
  private final CredentialOptions options;
  private final LongSupplier nanoClock;
  private final LookupThreads threads;

  @GuardedBy("this")
  private final Map<HelperRequest, Answer> answers =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<HelperRequest, Answer> eldest) {
          return size() > MAX_ANSWERS;
        }
      };

  HelperAnswers(HelperPrograms programs, CredentialOptions options, LongSupplier nanoClock) {
    this.programs = programs;
    this.options = options;
    this.nanoClock = nanoClock;
    threads = new LookupThreads("penstock-credential-helper", options.maxHelpers());
  }

  /** An answer that is good now; runs the helper if there is none. */
  CompletableFuture<Credentials> ask(HelperRequest request) {
    Answer answer;
    synchronized (this) {
      Answer known = answers.get(request);
      if (known != null && known.isGood()) {
        return known.credentials.copy();
      }
      answer = new Answer();
      answers.put(request, answer);
    }
    threads.submit(() -> run(request)).whenComplete(answer::end);
    return answer.credentials.copy();
  }

  private Credentials run(HelperRequest request) throws CredentialsException {
    return HelperProcess.run(request, programs, options).answer(request);
  }

  /** Drops the answer that these came from, unless it is so new that another would be the same. */
  synchronized void refused(Credentials credentials) {
    answers.values().removeIf(answer -> answer.isOldSourceOf(credentials));
  }

  @Override
  public void close() {
    threads.close();
  }

  private final class Answer {
    final CompletableFuture<Credentials> credentials = new CompletableFuture<>();

    /** Volatile: written by the thread that ends it, before the future is completed. */
    private volatile long endNanos;

    void end(Credentials found, Throwable failure) {
      endNanos = nanoClock.getAsLong();
      if (failure == null) {
        credentials.complete(found);
      } else {
        credentials.completeExceptionally(failure);
      }
    }

    /** Under way, or not too old. */
    boolean isGood() {
      if (!credentials.isDone()) {
        return true;
      }
      boolean isFailure =
          credentials.isCompletedExceptionally() || credentials.join() instanceof None;
      return isYoungerThan(isFailure ? options.keepFailures() : options.keepAnswers());
    }

    boolean isOldSourceOf(Credentials refused) {
      return credentials.isDone()
          && !credentials.isCompletedExceptionally()
          && credentials.join().equals(refused)
          && !isYoungerThan(options.keepFailures());
    }

    private boolean isYoungerThan(Duration age) {
      return nanoClock.getAsLong() - endNanos < age.toNanos();
    }
  }
}
