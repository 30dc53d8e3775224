package dev.penstock.client.service;

import dev.penstock.client.audit.AuditRecord;
import dev.penstock.client.names.CallIds;
import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.policy.Operation;
import io.grpc.Context;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What the audit log will say of one call; its method fills it in as it learns, and whichever
 * thread ends the call closes it.
 */
final class AccessEntry {
  private static final Context.Key<AccessEntry> CURRENT = Context.key("penstock-access");
  private static final int MAX_REASON_CHARS = 500;

  private final CallIds ids;
  private final String caller;
  private final Operation operation;
  private final Instant time = Instant.now();
  private final long beganNanos = System.nanoTime();
  private final LongAdder bytes = new LongAdder();
  private final AtomicBoolean isOver = new AtomicBoolean();

  /** Volatile, these four: a call is cancelled by any thread. */
  private volatile String registry = "";

  private volatile @Nullable Repository repository;
  private volatile @Nullable Reference reference;
  private volatile @Nullable Digest resolved;

  AccessEntry(CallIds ids, String caller, Operation operation) {
    this.ids = ids;
    this.caller = caller;
    this.operation = operation;
  }

  /** That of the call in hand. */
  static AccessEntry current() {
    return Objects.requireNonNull(CURRENT.get(), "a call without its entry");
  }

  Context in(Context context) {
    return context.withValue(CURRENT, this);
  }

  CallIds ids() {
    return ids;
  }

  Operation operation() {
    return operation;
  }

  /** The request's names have been parsed. */
  void names(@Nullable Repository parsedRepository, @Nullable Reference parsedReference) {
    repository = parsedRepository;
    reference = parsedReference;
  }

  /** The request means this registry. */
  void registry(String name) {
    registry = name;
  }

  /** The one that the request means; empty before that is known. */
  String registry() {
    return registry;
  }

  /** The registry has said what the reference stands for. */
  void resolved(Digest digest) {
    resolved = digest;
  }

  /** Payload has left. */
  void sent(long payloadBytes) {
    bytes.add(payloadBytes);
  }

  /** The call has ended so: its record, once. */
  Optional<AuditRecord> end(Status status) {
    if (!isOver.compareAndSet(false, true)) {
      return Optional.empty();
    }
    return Optional.of(
        new AuditRecord(
            time,
            ids,
            caller,
            operation.key(),
            registry,
            repository,
            reference,
            resolved,
            bytes.sum(),
            Duration.ofNanos(System.nanoTime() - beganNanos),
            status.getCode().name(),
            reason(status)));
  }

  /** Shortened: lines that cannot be written are kept in memory. */
  private static String reason(Status status) {
    String text = status.isOk() ? "" : Objects.requireNonNullElse(status.getDescription(), "");
    return text.length() <= MAX_REASON_CHARS ? text : text.substring(0, MAX_REASON_CHARS) + "…";
  }
}
