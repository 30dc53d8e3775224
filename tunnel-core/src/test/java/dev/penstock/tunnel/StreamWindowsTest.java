package dev.penstock.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.channel.StreamWindows;
import dev.penstock.tunnel.ops.Metrics;
import dev.penstock.tunnel.ops.TunnelLedger;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How full the windows of streams are, at the end that sends and at the one that reads. */
@Timeout(120)
class StreamWindowsTest {
  private static final long WINDOW = TunnelOptions.DEFAULTS.streamWindowBytes();
  private static final long BYTES = 20L << 20;

  private final CompletableFuture<Tunnel> accepted = new CompletableFuture<>();
  private final CompletableFuture<Tunnel> dialled = new CompletableFuture<>();
  private TunnelAcceptor acceptor;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    acceptor =
        TunnelAcceptor.builder(TunnelFixture.loopback())
            .authenticator((id, token) -> Verdict.ACCEPTED)
            .listener(accepted::complete)
            .start();
    TunnelDialer dialer =
        TunnelFixture.dialer(acceptor.address())
            .listener(
                new DialerListener() {
                  @Override
                  public void onAttached(Tunnel tunnel) {
                    dialled.complete(tunnel);
                  }
                })
            .build();
    server =
        TunnelServerBuilder.forDialer(dialer)
            .addService(new BytesService().definition())
            .build()
            .start();
    channel = TunnelChannelBuilder.forTunnel(accepted.get(30, TimeUnit.SECONDS)).build();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    server.shutdownNow();
    acceptor.close();
    assertThat(server.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void callerThatStalls_fillsTheWindow_andEmptiesItAsItReads() throws Exception {
    Tunnel receiving = accepted.join();
    Tunnel sending = dialled.get(30, TimeUnit.SECONDS);
    assertThat(now(receiving)).isEqualTo(StreamWindows.NONE);
    Stalled caller = new Stalled(channel);

    StreamWindows unread = await(receiving, windows -> windows.unreadBytes() > WINDOW / 2);
    assertThat(unread.receiveWindowBytes()).isEqualTo(WINDOW);
    assertThat(unread.unreadBytes()).isLessThanOrEqualTo(WINDOW);
    StreamWindows sent = await(sending, windows -> windows.sentBytes() > WINDOW / 2);
    assertThat(sent.sendWindowBytes()).isEqualTo(WINDOW);
    assertThat(sent.sentBytes()).isLessThanOrEqualTo(WINDOW);
    assertThat(sent.unreadBytes()).as("of the request").isZero();

    caller.readAll();
    assertThat(caller.ended.get(60, TimeUnit.SECONDS)).isEqualTo(Status.OK);
    await(receiving, windows -> windows.equals(StreamWindows.NONE));
    await(sending, windows -> windows.equals(StreamWindows.NONE));
  }

  @Test
  void metrics_haveTheWindowsOfAllTunnels_andNoneOfThoseThatAreOver() throws Exception {
    TunnelLedger ledger = new TunnelLedger();
    Metrics metrics = new Metrics();
    ledger.declare(metrics, "x_");
    ledger.onAttached(accepted.join());
    Stalled caller = new Stalled(channel);
    await(accepted.join(), windows -> windows.unreadBytes() > WINDOW / 2);
    assertThat(metrics.text())
        .containsPattern("x_stream_window_used_bytes\\{direction=\"receive\"} [1-9]\\d{4,}\n")
        .contains("x_stream_window_bytes{direction=\"receive\"} " + WINDOW + "\n")
        .contains("x_stream_window_bytes{direction=\"send\"} ");
    server.shutdownNow();
    assertThat(server.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    caller.readAll();
    assertThat(caller.ended.get(60, TimeUnit.SECONDS).isOk()).isFalse();
    await(accepted.join(), windows -> windows.equals(StreamWindows.NONE));
    assertThat(metrics.text())
        .contains("x_stream_window_used_bytes{direction=\"receive\"} 0\n")
        .contains("x_stream_window_bytes{direction=\"receive\"} 0\n");
  }

  private static StreamWindows now(Tunnel tunnel) throws Exception {
    return tunnel.windows().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static StreamWindows await(Tunnel tunnel, Predicate<StreamWindows> condition)
      throws Exception {
    long until = System.nanoTime() + TunnelFixture.PATIENCE.toNanos();
    StreamWindows windows = now(tunnel);
    while (!condition.test(windows)) {
      assertThat(System.nanoTime()).as("still %s", windows).isLessThan(until);
      windows = now(tunnel);
    }
    return windows;
  }

  /** A call that reads nothing before it is told to. */
  private static final class Stalled extends ClientCall.Listener<byte[]> {
    final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final ClientCall<byte[], byte[]> call;

    Stalled(ManagedChannel channel) {
      call = channel.newCall(BytesService.STREAM, CallOptions.DEFAULT);
      call.start(this, new Metadata());
      call.sendMessage(BytesService.streamRequest(BYTES, 1));
      call.halfClose();
    }

    void readAll() {
      call.request(Integer.MAX_VALUE);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ended.complete(status);
    }
  }
}
