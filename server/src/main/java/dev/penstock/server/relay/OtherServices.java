package dev.penstock.server.relay;

import dev.penstock.registry.stream.RawMessage;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * Every method that this server does not have itself, passed on to the tunnel that the metadata
 * {@code penstock-tunnel} names.
 *
 * <p>Nothing is known of such a method, so it is treated as streaming both ways; on the wire a
 * unary call is one that streams a single message.
 */
final class OtherServices extends HandlerRegistry {
  private final Relays relays;

  OtherServices(Relays relays) {
    this.relays = relays;
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
    // Made anew for each call: names come from callers, and a cache of them would need a bound.
    MethodDescriptor<RawMessage, RawMessage> descriptor =
        MethodDescriptor.newBuilder(RawMessage.marshaller(), RawMessage.marshaller())
            .setType(MethodType.UNKNOWN)
            .setFullMethodName(method)
            .build();
    return ServerMethodDefinition.create(descriptor, this::start);
  }

  private ServerCall.Listener<RawMessage> start(
      ServerCall<RawMessage, RawMessage> call, Metadata headers) {
    Relays.noteCaller();
    call.setOnReadyThreshold(RelayLimits.CALLER_READY_BYTES);
    try {
      return relays.startOther(call, headers);
    } catch (StatusException e) {
      call.close(e.getStatus(), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }
}
