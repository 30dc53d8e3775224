package dev.penstock.registry.stream;

import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.InputStream;

/**
 * {@code Registry.FetchBlob} with {@link BlobMessage} in place of the generated response class.
 *
 * <p>Name, type and schema are those of the generated method, and so are the bytes on the wire:
 * either end may use either.
 */
public final class BlobStream {
  private static final Marshaller<BlobMessage> RESPONSE =
      new Marshaller<>() {
        @Override
        public InputStream stream(BlobMessage message) {
          return message.raw().openStream();
        }

        @Override
        public BlobMessage parse(InputStream stream) {
          return BlobMessage.of(RawMessage.detach(stream));
        }
      };

  private static final MethodDescriptor<FetchBlobRequest, BlobMessage> METHOD = describe();

  private BlobStream() {}

  /** The method, for a channel's {@code newCall} or a server's {@code ServerServiceDefinition}. */
  public static MethodDescriptor<FetchBlobRequest, BlobMessage> method() {
    return METHOD;
  }

  private static MethodDescriptor<FetchBlobRequest, BlobMessage> describe() {
    MethodDescriptor<FetchBlobRequest, FetchBlobResponse> generated =
        RegistryGrpc.getFetchBlobMethod();
    return generated.toBuilder(generated.getRequestMarshaller(), RESPONSE).build();
  }
}
