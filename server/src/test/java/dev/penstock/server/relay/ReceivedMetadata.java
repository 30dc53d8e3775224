package dev.penstock.server.relay;

import dev.penstock.server.access.RequestId;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the metadata of each call that reaches the client, and answers with an id of its own. */
final class ReceivedMetadata implements ServerInterceptor {
  private static final RequestId CLIENTS_OWN = new RequestId("the-clients-own");

  private final List<Metadata> received = new CopyOnWriteArrayList<>();

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    received.add(headers);
    return next.startCall(new Answering<>(call), headers);
  }

  /** Of each call, one after the other, all ids that came with it. */
  List<List<String>> requestIds() {
    return all(RequestId.KEY);
  }

  /** Of each call, one after the other, all values of that key. */
  List<List<String>> all(Metadata.Key<String> key) {
    return received.stream().map(metadata -> all(metadata, key)).toList();
  }

  private static List<String> all(Metadata metadata, Metadata.Key<String> key) {
    List<String> ids = new ArrayList<>();
    Iterable<String> values = metadata.getAll(key);
    if (values != null) {
      values.forEach(ids::add);
    }
    return ids;
  }

  private static final class Answering<Q, R> extends SimpleForwardingServerCall<Q, R> {
    Answering(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public void sendHeaders(Metadata headers) {
      CLIENTS_OWN.putInto(headers);
      super.sendHeaders(headers);
    }
  }
}
