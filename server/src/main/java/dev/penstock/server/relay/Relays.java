package dev.penstock.server.relay;

import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.server.access.Access;
import dev.penstock.server.access.AccessLog;
import dev.penstock.server.access.Target;
import dev.penstock.server.auth.Caller;
import dev.penstock.server.auth.CallerAuthentication;
import dev.penstock.server.digest.DigestPool;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.directory.TunnelDirectory;
import dev.penstock.server.route.Router;
import dev.penstock.tunnel.ops.TransferTimes;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;

/**
 * Everything that is relayed: the registry's methods, routed by their first field, and the methods
 * of any other service, routed by metadata.
 *
 * <p>Both expect {@link CallerAuthentication} in front of them, and before that {@link AccessLog}.
 */
public final class Relays implements AutoCloseable {
  private final Router router;
  private final DigestPool digests;
  private final RelayOptions options;
  private final RelayGauges gauges = new RelayGauges();
  private final TransferTimes<WaitingOn> transfers = new TransferTimes<>(WaitingOn.class);

  /** Of all but blobs, each for its own error alone: no metric is made of them. */
  private final TransferTimes<WaitingOn> smallReads = new TransferTimes<>(WaitingOn.class);

  private final ScheduledThreadPoolExecutor clock;
  private final ActiveCalls active;

  /** Relays to the clients in {@code directory}, hashing on the threads of {@code digests}. */
  public Relays(TunnelDirectory directory, DigestPool digests, RelayOptions options) {
    this.clock = newClock();
    this.router = new Router(directory, options.route(), clock);
    this.active = new ActiveCalls(clock);
    this.digests = digests;
    this.options = options;
  }

  private static ScheduledThreadPoolExecutor newClock() {
    var clock =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "penstock-clock");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true); // nearly all that is scheduled is cancelled
    return clock;
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

  /** Where the time of the transfers of blobs goes. */
  public TransferTimes<WaitingOn> transfers() {
    return transfers;
  }

  /** Who waits for a client at present. */
  public Router router() {
    return router;
  }

  /** Ends the clock, once no calls are left. */
  @Override
  public void close() {
    clock.shutdownNow();
  }

  /** Starts a call of a unary method whose answer is taken as it is. */
  RegistryCall startUnary(
      ServerCall<RawMessage, RawMessage> call, Metadata headers, RawMessage first)
      throws StatusException {
    Target target = RequestFields.read(first);
    Access.current().targetIs(target);
    String tunnel = target.tunnel();
    RegistryCall started = registryCall(call, headers, tunnel, smallReads);
    String subject = call.getMethodDescriptor().getBareMethodName() + " of '" + tunnel + "'";
    started.start(new UnaryAnswer(subject, first.copy(), UnaryAnswer.Verdict.ACCEPT));
    return started;
  }

  /** Starts a call of {@code FetchBlob}. */
  RegistryCall startBlob(
      ServerCall<RawMessage, RawMessage> call, Metadata headers, RawMessage first)
      throws StatusException {
    FetchBlobRequest request = BlobRequest.read(first);
    RegistryCall started = registryCall(call, headers, request.getTunnel(), transfers);
    started.start(new BlobAnswer(request, digests, gauges, started::askForResponse));
    return started;
  }

  /** Starts a call of {@code FetchManifest}, the answer to which is checked. */
  RegistryCall startManifest(
      ServerCall<RawMessage, RawMessage> call, Metadata headers, RawMessage first)
      throws StatusException {
    FetchManifestRequest request = ManifestRequest.read(first);
    RegistryCall started = registryCall(call, headers, request.getTunnel(), smallReads);
    started.start(
        new UnaryAnswer(
            ManifestVerdict.subject(request), first.copy(), new ManifestVerdict(request, digests)));
    return started;
  }

  /** Starts a call of {@code StatManifest}, whose digest is checked. */
  RegistryCall startManifestStat(
      ServerCall<RawMessage, RawMessage> call, Metadata headers, RawMessage first)
      throws StatusException {
    ManifestStatVerdict verdict = ManifestStatVerdict.of(first);
    RegistryCall started = registryCall(call, headers, verdict.tunnel(), smallReads);
    started.start(new UnaryAnswer(verdict.subject(), first.copy(), verdict));
    return started;
  }

  private RegistryCall registryCall(
      ServerCall<RawMessage, RawMessage> call,
      Metadata headers,
      String tunnel,
      TransferTimes<WaitingOn> times)
      throws StatusException {
    router.admit(caller(), tunnel);
    return new RegistryCall(
        call, forClient(headers), tunnel, router, options, gauges, active, times);
  }

  /** Starts a call to the tunnel that its metadata names, once a client is there. */
  ServerCall.Listener<RawMessage> startOther(
      ServerCall<RawMessage, RawMessage> call, Metadata headers) throws StatusException {
    String tunnel = headers.get(RelayHeaders.TUNNEL);
    if (tunnel == null) {
      throw RelayStatus.notOurs(call.getMethodDescriptor().getFullMethodName()).asException();
    }
    Access.current().targetIs(Target.ofTunnel(tunnel));
    router.admit(caller(), tunnel);
    Metadata passed = forClient(headers);
    Context context = Context.current();
    WaitingCall waiting =
        new WaitingCall(call, client -> within(context, () -> relay(call, passed, client)));
    waiting.searchIs(router.find(tunnel, waiting));
    return waiting;
  }

  private Relay relay(
      ServerCall<RawMessage, RawMessage> call, Metadata headers, AttachedClient client) {
    var outgoing = client.channel().newCall(call.getMethodDescriptor(), CallOptions.DEFAULT);
    Relay relay = new Relay(call, outgoing, client, gauges);
    relay.start(headers);
    return relay;
  }

  /** Makes a call in the context of the incoming one: its deadline is the outgoing one's, too. */
  static <T> T within(Context context, Supplier<T> making) {
    Context before = context.attach();
    try {
      return making.get();
    } finally {
      context.detach(before);
    }
  }

  /** Tells the log who calls; the first thing that is done with a call. */
  static void noteCaller() {
    Access.current().callerIs(caller().name());
  }

  private static Metadata forClient(Metadata headers) {
    return RelayHeaders.forClient(headers, caller(), Access.current().requestId());
  }

  private static Caller caller() {
    Caller caller = CallerAuthentication.CALLER.get();
    if (caller == null) {
      throw new IllegalStateException("a relayed call came without an authenticated caller");
    }
    return caller;
  }
}
