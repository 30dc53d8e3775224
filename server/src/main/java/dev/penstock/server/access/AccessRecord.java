package dev.penstock.server.access;

import io.grpc.Status.Code;
import java.time.Duration;
import java.util.Optional;

/**
 * One call of the API that has ended.
 *
 * @param requestIdReplaced whether the caller sent an id that could not be taken
 * @param traceId of the trace that the caller keeps; empty: it keeps none
 * @param caller the caller's name; empty when no caller was recognised
 * @param method the bare name of a method of the registry's service, the full one of any other
 * @param deliveredBytes of a blob its bytes, of anything else those of its messages; as given to
 *     the caller's transport
 * @param duration from the call's arrival to its end
 * @param code what the caller was told; for one who went away, why
 * @param legs how many tunnels the call was given to, one after the other
 */
public record AccessRecord(
    RequestId requestId,
    boolean requestIdReplaced,
    Optional<TraceId> traceId,
    String caller,
    Target target,
    String method,
    long deliveredBytes,
    Duration duration,
    Code code,
    int legs) {

  /** The line of the log: {@code key=value} with one blank between, and {@code -} for nothing. */
  @Override
  public String toString() {
    return "request_id="
        + requestId
        + " caller="
        + LogValue.of(caller)
        + " tunnel="
        + LogValue.of(target.tunnel())
        + " method="
        + LogValue.of(method)
        + " registry="
        + LogValue.of(target.registry())
        + " repository="
        + LogValue.of(target.repository())
        + " reference="
        + LogValue.of(target.reference())
        + " bytes="
        + deliveredBytes
        + " duration_ms="
        + duration.toMillis()
        + " code="
        + code
        + " legs="
        + legs
        + traceId.map(id -> " trace_id=" + id).orElse("")
        + (requestIdReplaced ? " request_id_replaced=true" : "");
  }
}
