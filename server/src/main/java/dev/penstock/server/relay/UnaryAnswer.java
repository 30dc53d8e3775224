package dev.penstock.server.relay;

import dev.penstock.registry.stream.RawMessage;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one response of a unary call, kept back until its status is there: so the call can be asked
 * again for as long as either is missing.
 */
final class UnaryAnswer implements Answer {
  private final String subject;
  private final RawMessage request;
  private final Verdict verdict;
  private @Nullable RawMessage response;

  /** Has the last word on a response that came with OK. */
  interface Verdict {
    /** Judges it, now or later; does not close it. */
    void on(RawMessage response, Consumer<Status> judged);

    /** Takes every response as it is. */
    Verdict ACCEPT = (response, judged) -> judged.accept(Status.OK);
  }

  /**
   * @param request on the heap, as it may be sent more than once
   */
  UnaryAnswer(String subject, RawMessage request, Verdict verdict) {
    this.subject = subject;
    this.request = request;
    this.verdict = verdict;
  }

  @Override
  public String subject() {
    return subject;
  }

  @Override
  public RawMessage nextRequest() {
    abandon();
    return request.retain();
  }

  @Override
  public boolean take(RawMessage message) throws StatusException {
    if (response != null) {
      throw RelayStatus.defect(subject, "sent a second response").asException();
    }
    response = message.retain();
    return false;
  }

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public long progress() {
    return 0;
  }

  @Override
  public boolean isComplete() {
    return false;
  }

  @Override
  public void end(Status status, Consumer<Status> ended) {
    RawMessage kept = response;
    if (!status.isOk()) {
      ended.accept(status);
    } else if (kept == null) {
      ended.accept(RelayStatus.defect(subject, "ended the call without a response"));
    } else {
      verdict.on(kept, ended);
    }
  }

  @Override
  public @Nullable RawMessage takeKept() {
    RawMessage kept = response;
    response = null;
    return kept;
  }

  @Override
  public void abandon() {
    RawMessage kept = takeKept();
    if (kept != null) {
      kept.close();
    }
  }
}
