package dev.penstock.server.relay;

import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.RegistryGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;

/** The registry's service with the names and the schema of the generated one, and raw messages. */
final class RegistryRelay {
  private static final MethodDescriptor<RawMessage, RawMessage> FETCH_BLOB =
      raw(RegistryGrpc.getFetchBlobMethod());
  private static final MethodDescriptor<RawMessage, RawMessage> FETCH_MANIFEST =
      raw(RegistryGrpc.getFetchManifestMethod());
  private static final MethodDescriptor<RawMessage, RawMessage> STAT_BLOB =
      raw(RegistryGrpc.getStatBlobMethod());
  private static final MethodDescriptor<RawMessage, RawMessage> STAT_MANIFEST =
      raw(RegistryGrpc.getStatManifestMethod());
  private static final MethodDescriptor<RawMessage, RawMessage> LIST_TAGS =
      raw(RegistryGrpc.getListTagsMethod());
  private static final MethodDescriptor<RawMessage, RawMessage> LIST_REPOSITORIES =
      raw(RegistryGrpc.getListRepositoriesMethod());
  private static final MethodDescriptor<RawMessage, RawMessage> LIST_REFERRERS =
      raw(RegistryGrpc.getListReferrersMethod());

  private RegistryRelay() {}

  static ServerServiceDefinition define(Relays relays) {
    return ServerServiceDefinition.builder(descriptor())
        .addMethod(FETCH_BLOB, handler(relays::startBlob))
        .addMethod(FETCH_MANIFEST, handler(relays::startManifest))
        .addMethod(STAT_BLOB, handler(relays::startUnary))
        .addMethod(STAT_MANIFEST, handler(relays::startManifestStat))
        .addMethod(LIST_TAGS, handler(relays::startUnary))
        .addMethod(LIST_REPOSITORIES, handler(relays::startUnary))
        .addMethod(LIST_REFERRERS, handler(relays::startUnary))
        .build();
  }

  private static ServiceDescriptor descriptor() {
    ServiceDescriptor generated = RegistryGrpc.getServiceDescriptor();
    return ServiceDescriptor.newBuilder(generated.getName())
        .setSchemaDescriptor(generated.getSchemaDescriptor())
        .addMethod(FETCH_BLOB)
        .addMethod(FETCH_MANIFEST)
        .addMethod(STAT_BLOB)
        .addMethod(STAT_MANIFEST)
        .addMethod(LIST_TAGS)
        .addMethod(LIST_REPOSITORIES)
        .addMethod(LIST_REFERRERS)
        .build();
  }

  private static MethodDescriptor<RawMessage, RawMessage> raw(MethodDescriptor<?, ?> generated) {
    return generated.toBuilder(RawMessage.marshaller(), RawMessage.marshaller()).build();
  }

  private static ServerCallHandler<RawMessage, RawMessage> handler(FirstRequest.Starter starter) {
    return (call, headers) -> {
      Relays.noteCaller();
      call.setOnReadyThreshold(RelayLimits.CALLER_READY_BYTES);
      call.request(1);
      return new FirstRequest(call, headers, starter);
    };
  }
}
