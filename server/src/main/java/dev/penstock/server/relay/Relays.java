package dev.penstock.server.relay;

import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.server.auth.Caller;
import dev.penstock.server.auth.CallerAuthentication;
import dev.penstock.server.digest.DigestPool;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.directory.TunnelDirectory;
import io.grpc.CallOptions;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusException;

/**
 * Everything that is relayed: the registry's methods, routed by their first field, and the methods
 * of any other service, routed by metadata.
 *
 * <p>Both expect {@link CallerAuthentication} in front of them.
 */
public final class Relays {
  private final Router router;
  private final DigestPool digests;
  private final RelayGauges gauges = new RelayGauges();

  /** Relays to the clients in {@code directory}, hashing on the threads of {@code digests}. */
  public Relays(TunnelDirectory directory, DigestPool digests) {
    this.router = new Router(directory);
    this.digests = digests;
  }

  /** The service {@code penstock.registry.v1.Registry}. */
  public ServerServiceDefinition registry() {
    return RegistryRelay.define(this);
  }

  /** Every service that this server does not have itself. */
  public HandlerRegistry otherServices() {
    return new OtherServices(this);
  }

  /** What is held at present. */
  public RelayGauges gauges() {
    return gauges;
  }

  /** Starts a call to the tunnel that its first request names. */
  Relay start(ServerCall<RawMessage, RawMessage> call, Metadata headers, RawMessage first)
      throws StatusException {
    Relay relay = open(call, TunnelField.read(first));
    relay.start(forClient(headers), ResponseCheck.NONE);
    return relay;
  }

  /** Starts a call of {@code FetchBlob}, the answer to which is checked. */
  Relay startBlob(ServerCall<RawMessage, RawMessage> call, Metadata headers, RawMessage first)
      throws StatusException {
    FetchBlobRequest request = BlobRequest.read(first);
    Relay relay = open(call, request.getTunnel());
    relay.start(forClient(headers), new BlobCheck(request, digests, gauges, relay::askForResponse));
    return relay;
  }

  /** Starts a call of {@code FetchManifest}, the answer to which is checked. */
  Relay startManifest(ServerCall<RawMessage, RawMessage> call, Metadata headers, RawMessage first)
      throws StatusException {
    FetchManifestRequest request = ManifestRequest.read(first);
    Relay relay = open(call, request.getTunnel());
    relay.start(forClient(headers), new ManifestCheck(request, digests));
    return relay;
  }

  /** Starts a call to the tunnel that its metadata names, and asks for its first request. */
  Relay startOther(ServerCall<RawMessage, RawMessage> call, Metadata headers)
      throws StatusException {
    String tunnel = headers.get(RelayHeaders.TUNNEL);
    if (tunnel == null) {
      throw RelayStatus.notOurs(call.getMethodDescriptor().getFullMethodName()).asException();
    }
    Relay relay = open(call, tunnel);
    relay.start(forClient(headers), ResponseCheck.NONE);
    call.request(1);
    return relay;
  }

  /** Makes a relay, with a place taken for its call; from here on nothing may fail. */
  private Relay open(ServerCall<RawMessage, RawMessage> call, String tunnel)
      throws StatusException {
    AttachedClient client = router.route(caller(), tunnel);
    // Made in the context of the incoming call: its deadline is the outgoing one's, too.
    var outgoing = client.channel().newCall(call.getMethodDescriptor(), CallOptions.DEFAULT);
    return new Relay(call, outgoing, client, gauges);
  }

  private static Metadata forClient(Metadata headers) {
    return RelayHeaders.forClient(headers, caller());
  }

  private static Caller caller() {
    Caller caller = CallerAuthentication.CALLER.get();
    if (caller == null) {
      throw new IllegalStateException("a relayed call came without an authenticated caller");
    }
    return caller;
  }
}
