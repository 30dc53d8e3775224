package dev.penstock.client.service;

import com.google.protobuf.MessageLite;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Refuses requests that are larger than a few names can be: nothing larger is honest. The
 * connection's own bound is above it, for the sake of another service.
 */
final class SmallRequests implements ServerInterceptor {
  static final int MAX_BYTES = 64 * 1024;

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new Listener<>(call, next.startCall(call, headers));
  }

  /** Event loop of the call only. */
  private static final class Listener<Q, R> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, R> call;
    private boolean isRefused;

    Listener(ServerCall<Q, R> call, ServerCall.Listener<Q> next) {
      super(next);
      this.call = call;
    }

    @Override
    public void onMessage(Q request) {
      int bytes = ((MessageLite) request).getSerializedSize();
      if (bytes > MAX_BYTES) {
        isRefused = true;
        call.close(
            Status.RESOURCE_EXHAUSTED.withDescription(
                "a request of %,d bytes; at most %,d are read".formatted(bytes, MAX_BYTES)),
            new Metadata());
      } else {
        super.onMessage(request);
      }
    }

    @Override
    public void onHalfClose() {
      if (!isRefused) {
        super.onHalfClose();
      }
    }
  }
}
