package dev.penstock.server.access;

import dev.penstock.registry.v1.RegistryGrpc;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One call of the API in progress: its id, and what is known of it for the log so far.
 *
 * <p>Any thread: the caller's event loop says what is asked for, those of the tunnels and of the
 * digest what came of it. Its end is recorded once, whoever tells of it first.
 */
public final class Access {
  /** The access of the call in hand; set for every call that needs a token. */
  static final Context.Key<Access> CURRENT = Context.key("penstock-access");

  private final long startNanos = System.nanoTime();
  private final RequestId requestId;
  private final boolean requestIdReplaced;
  private final Optional<TraceId> traceId;
  private final String method;
  private final Consumer<AccessRecord> records;
  private final AtomicLong deliveredBytes = new AtomicLong();
  private final AtomicInteger legs = new AtomicInteger();
  private final AtomicBoolean ended = new AtomicBoolean();

  // Written once by the caller's event loop, read by whichever thread ends the call.
  private volatile String caller = "";
  private volatile Target target = Target.UNKNOWN;

  Access(MethodDescriptor<?, ?> method, Metadata headers, Consumer<AccessRecord> records) {
    Optional<RequestId> sent = RequestId.in(headers);
    this.requestId = sent.orElseGet(RequestId::fresh);
    this.requestIdReplaced = sent.isEmpty() && headers.containsKey(RequestId.KEY);
    this.traceId = TraceId.in(headers);
    this.method = name(method);
    this.records = records;
  }

  /** Names of other services' methods hold a slash, so that they are never taken for ours. */
  private static String name(MethodDescriptor<?, ?> method) {
    String bare = method.getBareMethodName();
    return bare != null && RegistryGrpc.SERVICE_NAME.equals(method.getServiceName())
        ? bare
        : method.getFullMethodName();
  }

  /** The access of the call in hand. */
  public static Access current() {
    Access access = CURRENT.get();
    if (access == null) {
      throw new IllegalStateException("a relayed call came without an access");
    }
    return access;
  }

  /** The id of the call, the same on all of its way. */
  public RequestId requestId() {
    return requestId;
  }

  /** The caller has been recognised. */
  public void callerIs(String name) {
    caller = name;
  }

  /** The request has been read. */
  public void targetIs(Target newTarget) {
    target = newTarget;
  }

  /** The call is given to one more tunnel. */
  public void legBegins() {
    legs.incrementAndGet();
  }

  /** So many more bytes are given to the caller. */
  public void delivers(long bytes) {
    deliveredBytes.addAndGet(bytes);
  }

  /** Records the end; later ones do nothing. */
  void end(Code code) {
    if (ended.compareAndSet(false, true)) {
      records.accept(record(code));
    }
  }

  private AccessRecord record(Code code) {
    return new AccessRecord(
        requestId,
        requestIdReplaced,
        traceId,
        caller,
        target,
        method,
        deliveredBytes.get(),
        Duration.ofNanos(System.nanoTime() - startNanos),
        code,
        legs.get());
  }

  /** Which call it is, for lines of the log amid it, in the words of the line at its end. */
  @Override
  public String toString() {
    return "request_id="
        + requestId
        + " tunnel="
        + LogValue.of(target.tunnel())
        + " method="
        + LogValue.of(method)
        + " repository="
        + LogValue.of(target.repository())
        + " reference="
        + LogValue.of(target.reference());
  }
}
