package dev.penstock.client.service;

import dev.penstock.client.audit.AuditLog;
import dev.penstock.client.names.CallIds;
import dev.penstock.client.names.RequestId;
import dev.penstock.client.names.TraceContext;
import dev.penstock.client.policy.Operation;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Locale;
import java.util.Objects;

/**
 * Gives each call its {@link AccessEntry}, and the entry to the audit log when the call ends:
 * answered, refused, cancelled or failed by a defect. The line is handed over before the caller
 * learns of the end, but where gRPC itself ends the call, and then as soon as that shows.
 *
 * <p>The request id and the caller's name are what the server says they are. An id that is none, as
 * only a broken server would send it, is replaced; in a name, what is not printable. The trace is
 * the caller's own; one that is none is left out.
 */
final class Auditing implements ServerInterceptor {
  private static final Metadata.Key<String> REQUEST_ID = key("x-request-id");
  private static final Metadata.Key<String> TRACE_PARENT = key("traceparent");
  private static final Metadata.Key<String> TRACE_STATE = key("tracestate");
  private static final Metadata.Key<String> CALLER = key("penstock-caller");
  private static final int MAX_CALLER_CHARS = 128;
  private static final Status CANCELLED =
      Status.CANCELLED.withDescription("the caller gave up, or its tunnel was lost");

  /** What gRPC makes of a request that it cannot read, and of an exception of ours. */
  private static final Status UNANSWERED =
      Status.UNKNOWN.withDescription("the request cannot be read, or the client has a defect");

  private final AuditLog log;

  Auditing(AuditLog log) {
    this.log = log;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    AccessEntry entry = new AccessEntry(ids(headers), caller(headers), operation(call));
    ServerCall<Q, R> audited =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            entry.end(status).ifPresent(log::record);
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(
        Contexts.interceptCall(entry.in(Context.current()), audited, headers, next)) {
      @Override
      public void onCancel() {
        entry.end(CANCELLED).ifPresent(log::record);
        super.onCancel();
      }

      @Override
      public void onComplete() {
        entry.end(UNANSWERED).ifPresent(log::record); // if there was a status, it was before
        super.onComplete();
      }
    };
  }

  private static CallIds ids(Metadata headers) {
    return new CallIds(
        RequestId.parse(headers.get(REQUEST_ID)).orElseGet(RequestId::random),
        TraceContext.parse(headers.getAll(TRACE_PARENT), headers.getAll(TRACE_STATE)).orElse(null));
  }

  private static String caller(Metadata headers) {
    String name = Objects.requireNonNullElse(headers.get(CALLER), "");
    String shown = name.substring(0, Math.min(name.length(), MAX_CALLER_CHARS));
    return shown.replaceAll("[^\\x20-\\x7e]", "?");
  }

  /** FetchBlob is {@code fetch-blob}. */
  private static Operation operation(ServerCall<?, ?> call) {
    String method = Objects.requireNonNull(call.getMethodDescriptor().getBareMethodName());
    return Operation.parse(method.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT));
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
