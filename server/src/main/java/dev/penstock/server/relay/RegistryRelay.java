package dev.penstock.server.relay;

import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.RegistryGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.List;

/** The registry's service with the names and the schema of the generated one, and raw messages. */
final class RegistryRelay {
  private static final MethodDescriptor<RawMessage, RawMessage> FETCH_BLOB =
      raw(RegistryGrpc.getFetchBlobMethod());
  private static final List<MethodDescriptor<RawMessage, RawMessage>> OTHERS =
      List.of(raw(RegistryGrpc.getStatBlobMethod()), raw(RegistryGrpc.getFetchManifestMethod()));

  private RegistryRelay() {}

  static ServerServiceDefinition define(Relays relays) {
    var service =
        ServerServiceDefinition.builder(descriptor())
            .addMethod(FETCH_BLOB, handler(relays::startBlob));
    OTHERS.forEach(method -> service.addMethod(method, handler(relays::start)));
    return service.build();
  }

  private static ServiceDescriptor descriptor() {
    ServiceDescriptor generated = RegistryGrpc.getServiceDescriptor();
    var raw =
        ServiceDescriptor.newBuilder(generated.getName())
            .setSchemaDescriptor(generated.getSchemaDescriptor())
            .addMethod(FETCH_BLOB);
    OTHERS.forEach(raw::addMethod);
    return raw.build();
  }

  private static MethodDescriptor<RawMessage, RawMessage> raw(MethodDescriptor<?, ?> generated) {
    return generated.toBuilder(RawMessage.marshaller(), RawMessage.marshaller()).build();
  }

  private static ServerCallHandler<RawMessage, RawMessage> handler(FirstRequest.Starter starter) {
    return (call, headers) -> {
      call.setOnReadyThreshold(RelayLimits.CALLER_READY_BYTES);
      call.request(1);
      return new FirstRequest(call, headers, starter);
    };
  }
}
