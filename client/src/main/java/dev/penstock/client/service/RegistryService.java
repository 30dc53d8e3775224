package dev.penstock.client.service;

import dev.penstock.client.registry.RegistryReader;
import dev.penstock.registry.stream.BlobStream;
import dev.penstock.registry.v1.RegistryGrpc;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.List;

/**
 * The Registry service over some registries: the generated one, but for FetchBlob, whose payload
 * goes by {@link BlobStream} and not through protobuf's parser.
 */
public final class RegistryService implements BindableService {
  private final Admission admission;
  private final AccessControl control;
  private final TransferOptions options;
  private final TransferGauges gauges;

  /**
   * A service to be bound to any server.
   *
   * @param registries at least one; the first answers when a request names none
   */
  public RegistryService(
      List<RegistryReader> registries,
      AccessControl control,
      TransferOptions options,
      TransferGauges gauges) {
    this.admission = new Admission(registries, control);
    this.control = control;
    this.options = options;
    this.gauges = gauges;
  }

  @Override
  public ServerServiceDefinition bindService() {
    ServerServiceDefinition generated = new SmallReads(admission, control).bindService();
    String fetchBlob = BlobStream.method().getFullMethodName();
    ServerServiceDefinition.Builder service =
        ServerServiceDefinition.builder(describe(generated.getServiceDescriptor(), fetchBlob));
    for (ServerMethodDefinition<?, ?> method : generated.getMethods()) {
      if (!method.getMethodDescriptor().getFullMethodName().equals(fetchBlob)) {
        service.addMethod(method);
      }
    }
    service.addMethod(
        BlobStream.method(),
        (call, headers) -> BlobTransfer.begin(call, admission, control, options, gauges));
    return ServerInterceptors.intercept(
        service.build(), new SmallRequests(), new Auditing(control.audit())); // this one runs first
  }

  /** A definition must hold the very method descriptors that its handlers are bound to. */
  private static ServiceDescriptor describe(ServiceDescriptor generated, String replaced) {
    ServiceDescriptor.Builder service =
        ServiceDescriptor.newBuilder(RegistryGrpc.SERVICE_NAME)
            .setSchemaDescriptor(generated.getSchemaDescriptor())
            .addMethod(BlobStream.method());
    for (MethodDescriptor<?, ?> method : generated.getMethods()) {
      if (!method.getFullMethodName().equals(replaced)) {
        service.addMethod(method);
      }
    }
    return service.build();
  }
}
