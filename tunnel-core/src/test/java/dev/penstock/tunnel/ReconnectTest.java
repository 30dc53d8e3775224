package dev.penstock.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.session.CloseCause;
import dev.penstock.tunnel.session.SessionClosed;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** A lost tunnel fails its calls with the real cause, and the next one comes by itself. */
class ReconnectTest {
  private final BytesService service = new BytesService();

  @Test
  void lostTunnel_failsItsCallsWithTheCauseAndIsReplaced() throws Exception {
    BlockingQueue<Attached> tunnels = new LinkedBlockingQueue<>();
    try (TunnelAcceptor acceptor =
        TunnelAcceptor.builder(TunnelFixture.loopback())
            .authenticator((id, token) -> Verdict.ACCEPTED)
            .listener(tunnel -> tunnels.add(Attached.to(tunnel)))
            .start()) {
      Server server =
          TunnelServerBuilder.forDialer(TunnelFixture.dialer(acceptor.address()).build())
              .addService(service.definition())
              .build()
              .start();
      Attached first = next(tunnels);
      StalledCall stalled = stalledCall(first.channel);
      first.tunnel.close(CloseCause.SHUTTING_DOWN, "maintenance");
      stalled.call.request(Integer.MAX_VALUE); // what had arrived is delivered before the status

      Status status = stalled.closed.get(30, TimeUnit.SECONDS);
      assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(status.getDescription()).contains("tunnel 'acme'", "maintenance");
      assertThat(callOn(first.channel).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      SessionClosed why = first.tunnel.closed().toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertThat(why.cause()).isEqualTo(CloseCause.SHUTTING_DOWN);

      Attached second = next(tunnels);
      assertThat(callOn(second.channel)).isEqualTo(Status.OK);
      server.shutdownNow();
      assertThat(server.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void acceptorsListener_thatFails_closesItsTunnelAndHearsOfTheEnd() throws Exception {
    BlockingQueue<SessionClosed> ends = new LinkedBlockingQueue<>();
    AcceptorListener failing =
        new AcceptorListener() {
          @Override
          public void onAttached(Tunnel tunnel) {
            throw new IllegalStateException("a listener with a defect");
          }

          @Override
          public void onDetached(Tunnel tunnel, SessionClosed why) {
            ends.add(why);
          }
        };
    try (TunnelAcceptor acceptor =
        TunnelAcceptor.builder(TunnelFixture.loopback())
            .authenticator((id, token) -> Verdict.ACCEPTED)
            .listener(failing)
            .start()) {
      Server server =
          TunnelServerBuilder.forDialer(TunnelFixture.dialer(acceptor.address()).build())
              .addService(service.definition())
              .build()
              .start();
      SessionClosed end = ends.poll(30, TimeUnit.SECONDS);
      assertThat(end)
          .isNotNull()
          .extracting(SessionClosed::cause)
          .isEqualTo(CloseCause.INTERNAL_ERROR);
      server.shutdownNow();
      assertThat(server.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void acceptor_thatCloses_tellsItsClientsWhy() throws Exception {
    BlockingQueue<SessionClosed> ends = new LinkedBlockingQueue<>();
    DialerListener listener =
        new DialerListener() {
          @Override
          public void onDetached(Tunnel tunnel, SessionClosed why, Duration retryIn) {
            ends.add(why);
          }
        };
    BlockingQueue<Attached> tunnels = new LinkedBlockingQueue<>();
    TunnelAcceptor acceptor =
        TunnelAcceptor.builder(TunnelFixture.loopback())
            .authenticator((id, token) -> Verdict.ACCEPTED)
            .listener(tunnel -> tunnels.add(Attached.to(tunnel)))
            .start();
    Server server =
        TunnelServerBuilder.forDialer(
                TunnelFixture.dialer(acceptor.address()).listener(listener).build())
            .addService(service.definition())
            .build()
            .start();
    next(tunnels);
    acceptor.close();
    assertThat(ends.poll(30, TimeUnit.SECONDS))
        .isEqualTo(new SessionClosed(CloseCause.SHUTTING_DOWN, "the server is shutting down"));
    server.shutdownNow();
    assertThat(server.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void server_shutsDownGracefully_whileACallIsRunning() throws Exception {
    try (TunnelFixture tunnel = new TunnelFixture(service.definition())) {
      CompletableFuture<Status> closed = new CompletableFuture<>();
      ClientCall<byte[], byte[]> chat =
          tunnel.channel.newCall(BytesService.CHAT, CallOptions.DEFAULT);
      CompletableFuture<byte[]> echoed = new CompletableFuture<>();
      chat.start(new Closing(closed, echoed), new Metadata());
      chat.request(10);
      chat.sendMessage(new byte[] {1});
      assertThat(echoed.get(30, TimeUnit.SECONDS)).containsExactly(1);

      tunnel.server.shutdown();
      assertThat(tunnel.server.isTerminated()).isFalse();
      chat.halfClose();
      assertThat(closed.get(30, TimeUnit.SECONDS)).isEqualTo(Status.OK);
      assertThat(tunnel.server.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static Attached next(BlockingQueue<Attached> tunnels) throws InterruptedException {
    Attached attached = tunnels.poll(30, TimeUnit.SECONDS);
    if (attached == null) {
      throw new AssertionError("no tunnel within 30 s");
    }
    return attached;
  }

  private static StalledCall stalledCall(ManagedChannel channel)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Status> closed = new CompletableFuture<>();
    CompletableFuture<byte[]> first = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call = channel.newCall(BytesService.STREAM, CallOptions.DEFAULT);
    call.start(new Closing(closed, first), new Metadata());
    call.request(1);
    call.sendMessage(BytesService.streamRequest(Long.MAX_VALUE / 2, 1));
    call.halfClose();
    first.get(30, TimeUnit.SECONDS);
    return new StalledCall(call, closed);
  }

  private record StalledCall(ClientCall<byte[], byte[]> call, CompletableFuture<Status> closed) {}

  private static Status callOn(ManagedChannel channel) {
    try {
      ClientCalls.blockingUnaryCall(channel, BytesService.ECHO, CallOptions.DEFAULT, new byte[1]);
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  private record Attached(Tunnel tunnel, ManagedChannel channel) {
    static Attached to(Tunnel tunnel) {
      return new Attached(tunnel, TunnelChannelBuilder.forTunnel(tunnel).build());
    }
  }

  private static final class Closing extends ClientCall.Listener<byte[]> {
    private final CompletableFuture<Status> closed;
    private final CompletableFuture<byte[]> first;

    Closing(CompletableFuture<Status> closed, CompletableFuture<byte[]> first) {
      this.closed = closed;
      this.first = first;
    }

    @Override
    public void onMessage(byte[] message) {
      first.complete(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      closed.complete(status);
    }
  }
}
