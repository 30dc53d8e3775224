package dev.penstock.tunnel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.channel.SessionSource;
import dev.penstock.tunnel.channel.TunnelChannel;
import dev.penstock.tunnel.channel.TunnelLoops;
import dev.penstock.tunnel.channel.TunnelServerChannel;
import dev.penstock.tunnel.session.Attachment;
import dev.penstock.tunnel.session.SessionClosed;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A dialer that ends in the moment of attaching: the acceptor does not wait for it, as it does, for
 * a minute, for one that has lost its connection.
 */
@Timeout(120)
class EndWhileAttachingTest implements AcceptorListener {
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private final BlockingQueue<SessionClosed> ends = new LinkedBlockingQueue<>();
  private final List<ManagedChannel> channels = new CopyOnWriteArrayList<>();
  private TunnelAcceptor acceptor;

  @BeforeEach
  void listen() throws IOException {
    acceptor =
        TunnelAcceptor.builder(TunnelFixture.loopback())
            .authenticator((id, token) -> answer())
            .listener(this)
            .start();
  }

  @AfterEach
  void close() {
    mayAnswer.countDown();
    channels.forEach(ManagedChannel::shutdownNow);
    acceptor.close();
  }

  private Verdict answer() {
    asked.countDown();
    try {
      assertThat(mayAnswer.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return Verdict.ACCEPTED;
  }

  @Override
  public void onAttached(Tunnel tunnel) {
    channels.add(TunnelChannelBuilder.forTunnel(tunnel).build());
  }

  @Override
  public void onDetached(Tunnel tunnel, SessionClosed why) {
    ends.add(why);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void dialThatIsAnsweredAfterTheEnd_leavesNoTunnel(int connections) throws Exception {
    TunnelDialer dialer = TunnelFixture.dialer(acceptor.address()).connections(connections).build();
    Server server = TunnelServerBuilder.forDialer(dialer).build().start();
    assertThat(asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    server.shutdown();
    assertThat(dialer.awaitEnd(TunnelFixture.PATIENCE)).isTrue();
    assertThat(server.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    mayAnswer.countDown();
    assertNobodyIsWaitedFor();
  }

  /** Its channel is closed before it could be registered. */
  @Test
  void sessionThatComesAfterTheEnd_isClosedAndNoThreadStays() throws Exception {
    mayAnswer.countDown();
    TunnelDialer dialer = TunnelFixture.dialer(acceptor.address()).build();
    TunnelLoops loops = new TunnelLoops(2, "end-while-attaching");
    HeldBack source = new HeldBack(dialer.source());
    TunnelServerChannel server = new TunnelServerChannel(source, loops, dialer.address());
    loops.register(server).sync();
    server.bind(dialer.address()).sync();
    assertThat(source.came.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    server.close().sync();
    source.mayGoOn.countDown();
    assertThat(dialer.awaitEnd(TunnelFixture.PATIENCE)).isTrue();
    assertThat(loops.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
  }

  /** Keeps a session that has come, and its event loop, until it may go on. */
  private static final class HeldBack implements SessionSource {
    final CountDownLatch came = new CountDownLatch(1);
    final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final SessionSource source;

    HeldBack(SessionSource source) {
      this.source = source;
    }

    @Override
    public void start(TunnelLoops loops, Function<Attachment, TunnelChannel> onAttached) {
      source.start(loops, attachment -> onAttached.apply(held(attachment)));
    }

    private Attachment held(Attachment attachment) {
      came.countDown();
      try {
        assertThat(mayGoOn.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return attachment;
    }

    @Override
    public CompletionStage<Void> stop() {
      return source.stop();
    }

    @Override
    public void onEnded() {
      source.onEnded();
    }
  }

  /** A tunnel that began all the same is over; and there may have been none. */
  private void assertNobodyIsWaitedFor() throws Exception {
    TunnelDialer next = TunnelFixture.dialer(acceptor.address()).instance("next").build();
    Server server = TunnelServerBuilder.forDialer(next).build().start();
    server.shutdown();
    assertThat(next.awaitEnd(TunnelFixture.PATIENCE)).isTrue();
    for (ManagedChannel channel : channels) {
      assertThat(channel.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("the channel of a tunnel that is over")
          .isTrue();
    }
    assertThat(server.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void dialerThatHangsUpOnceItIsAttached_isNotWaitedFor() throws Exception {
    mayAnswer.countDown();
    try (Socket socket =
        new Socket(acceptor.address().getAddress(), acceptor.address().getPort())) {
      socket
          .getOutputStream()
          .write(
              """
              GET /tunnel/v1/acme HTTP/1.1
              Host: x
              Upgrade: websocket
              Connection: Upgrade
              Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
              Sec-WebSocket-Version: 13
              Sec-WebSocket-Protocol: penstock.v1
              Penstock-Instance: one
              Authorization: Bearer any

              """
                  .replace("\n", "\r\n")
                  .getBytes(ISO_8859_1));
      assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
          .isEqualTo("HTTP/1.1 101");
    }
    SessionClosed end = ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(end).as("long before the time of a resume").isNotNull();
    assertThat(String.valueOf(end)).contains("before the client had sent anything");
  }

  @Test
  void attachedTunnel_isOverWhenTheEndHasBeenAwaited() throws Exception {
    mayAnswer.countDown();
    CountDownLatch attached = new CountDownLatch(1);
    TunnelDialer dialer =
        TunnelFixture.dialer(acceptor.address())
            .listener(
                new DialerListener() {
                  @Override
                  public void onAttached(Tunnel tunnel) {
                    attached.countDown();
                  }
                })
            .build();
    Server server = TunnelServerBuilder.forDialer(dialer).build().start();
    assertThat(attached.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    server.shutdown();
    assertThat(dialer.awaitEnd(TunnelFixture.PATIENCE)).isTrue();
    assertThat(ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
  }
}
