package dev.penstock.tunnel.ops;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of a gRPC server, by method and by the status that they ended with, and those
 * that failed by the hop that was at fault. Methods of services that it was not told of count
 * together, since their names are the callers'.
 *
 * <p>Give it to {@code ServerBuilder.addStreamTracerFactory}. Any thread.
 */
public final class CallCounts extends ServerStreamTracer.Factory {
  private static final String OTHER = "other";
  private static final Context.Key<Call> CALL = Context.key("penstock-call");

  private final Map<String, String> labels = new HashMap<>();
  private final Function<Status, String> hopOf;
  private final Map<Ended, LongAdder> ended = new ConcurrentHashMap<>();
  private final Map<Failed, LongAdder> failed = new ConcurrentHashMap<>();
  private final LongAdder active = new LongAdder();

  private record Ended(String method, Status.Code code) {}

  private record Failed(String hop, Status.Code code) {}

  /**
   * Tells the methods of this service apart.
   *
   * @param hopOf the hop at fault, one of a few, by a status that is not OK and has its cause;
   *     asked for where nobody has said it with {@link #blame}
   */
  public CallCounts(ServiceDescriptor service, Function<Status, String> hopOf) {
    this.hopOf = hopOf;
    for (MethodDescriptor<?, ?> method : service.getMethods()) {
      labels.put(method.getFullMethodName(), method.getBareMethodName());
    }
  }

  /**
   * Says which hop it is by whose fault a call is about to fail; the last word counts, and none if
   * the call succeeds.
   *
   * @param call the context in which the call was received
   */
  public static void blame(Context call, String hop) {
    Call counted = CALL.get(call);
    if (counted != null) {
      counted.hop = hop;
    }
  }

  /** Calls that have begun and not ended. */
  public long active() {
    return active.sum();
  }

  /** Adds the metrics, under names that begin with {@code prefix}. */
  public void declare(Metrics metrics, String prefix) {
    metrics
        .counters(
            prefix + "calls_total",
            List.of("method", "code"),
            "gRPC calls that have ended, by method and status code.",
            samples ->
                ended.forEach(
                    (call, count) ->
                        samples.add((double) count.sum(), call.method, call.code.name())))
        .counters(
            prefix + "errors_total",
            List.of("hop", "code"),
            "gRPC calls that have failed, by the hop at fault and status code.",
            samples ->
                failed.forEach(
                    (call, count) ->
                        samples.add((double) count.sum(), call.hop, call.code.name())));
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    active.increment();
    return new Call(labels.getOrDefault(fullMethodName, OTHER));
  }

  private void count(Call call, Status status) {
    active.decrement();
    Status.Code code = status.getCode();
    ended.computeIfAbsent(new Ended(call.method, code), any -> new LongAdder()).increment();
    if (!status.isOk()) {
      String said = call.hop;
      String hop = said == null ? hopOf.apply(status) : said;
      failed.computeIfAbsent(new Failed(hop, code), any -> new LongAdder()).increment();
    }
  }

  /** One call, which is in its own context, too. */
  private final class Call extends ServerStreamTracer {
    private final String method;

    /** Volatile: said by whichever thread ends the call, read by the transport's. */
    private volatile @Nullable String hop;

    Call(String method) {
      this.method = method;
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(CALL, this);
    }

    @Override
    public void streamClosed(Status status) {
      count(this, status);
    }
  }
}
