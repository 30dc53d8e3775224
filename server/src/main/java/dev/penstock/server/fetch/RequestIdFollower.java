package dev.penstock.server.fetch;

import dev.penstock.server.access.RequestId;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request id with each call, if there is one to send, and learns which one the server has
 * for the last call. For calls one after another.
 */
final class RequestIdFollower implements ClientInterceptor {
  private final @Nullable RequestId sent;

  // Written by the thread that calls and the event loop that answers, read by the former.
  private volatile @Nullable RequestId current;

  RequestIdFollower(@Nullable RequestId sent) {
    this.sent = sent;
    this.current = sent;
  }

  /** The id of the last call; empty when none was sent and the server has told none. */
  Optional<RequestId> current() {
    return Optional.ofNullable(current);
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> answers, Metadata headers) {
        current = sent;
        if (sent != null) {
          sent.putInto(headers);
        }
        super.start(following(answers), headers);
      }
    };
  }

  private <R> ClientCall.Listener<R> following(ClientCall.Listener<R> answers) {
    return new SimpleForwardingClientCallListener<>(answers) {
      @Override
      public void onHeaders(Metadata headers) {
        learn(headers);
        super.onHeaders(headers);
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        learn(trailers);
        super.onClose(status, trailers);
      }
    };
  }

  private void learn(Metadata answer) {
    RequestId.in(answer).ifPresent(id -> current = id);
  }
}
