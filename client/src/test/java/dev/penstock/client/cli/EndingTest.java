package dev.penstock.client.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.registry.FakeRegistry;
import dev.penstock.tunnel.AcceptorListener;
import dev.penstock.tunnel.Tunnel;
import dev.penstock.tunnel.TunnelAcceptor;
import dev.penstock.tunnel.TunnelChannelBuilder;
import dev.penstock.tunnel.session.SessionClosed;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client in a process of its own, and the signals that end it. */
@Timeout(180)
final class EndingTest implements AcceptorListener {
  private static final int PATIENCE_SECONDS = 50;

  @TempDir Path directory;
  private final Queue<ManagedChannel> channels = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<SessionClosed> ends = new LinkedBlockingQueue<>();

  @Override
  public void onAttached(Tunnel tunnel) {
    // As a server does.
    ManagedChannel channel = TunnelChannelBuilder.forTunnel(tunnel).build();
    var unused = channel.getState(true);
    channels.add(channel);
  }

  @Override
  public void onDetached(Tunnel tunnel, SessionClosed why) {
    ends.add(why);
  }

  private @Nullable Process started;

  @AfterEach
  void kill() {
    channels.forEach(ManagedChannel::shutdownNow);
    if (started != null) {
      started.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void attachedClient_detachesAndExitsWith0(String signal) throws Exception {
    try (FakeRegistry registry = new FakeRegistry();
        TunnelAcceptor acceptor = listen()) {
      Process process =
          start("ws://127.0.0.1:" + acceptor.address().getPort(), registry.uri().toString());
      // Not by the acceptor: it knows of the tunnel before the client does.
      awaitLog("attached to", process);
      send(signal, process);
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(this::log).isTrue();
      assertThat(process.exitValue()).as(this::log).isZero();
      assertThat(ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("it said good-bye; what just vanishes is kept for the time of a resume")
          .isNotNull();
      assertThat(log())
          .contains("told to end; detaching")
          .endsWith("ended" + System.lineSeparator());
    }
  }

  @Test
  void clientThatNeverAttached_exitsWith0Too() throws Exception {
    Process process = start("ws://127.0.0.1:1", "http://127.0.0.1:1");
    awaitLog("not attached", process);
    send("TERM", process);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(this::log).isTrue();
    assertThat(process.exitValue()).as(this::log).isZero();
  }

  private TunnelAcceptor listen() throws IOException {
    return TunnelAcceptor.builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .authenticator((tunnel, secret) -> Verdict.ACCEPTED)
        .listener(this)
        .start();
  }

  private Process start(String server, String registry) throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "good\n");
    Process process =
        new ProcessBuilder(
                // A shell that runs in the background ignores SIGINT, and so would all below it.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlogback.configurationFile=penstock-client-logback.xml",
                Main.class.getName(),
                "run",
                "--server",
                server,
                "--tunnel",
                "acme",
                "--connections",
                "1",
                "--token-file",
                token.toString(),
                "--registry",
                registry)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    started = process;
    return process;
  }

  /** By its id: nobody else's process is meant. */
  private static void send(String signal, Process process) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  private void awaitLog(String text, Process process) throws Exception {
    // A process's output has no event to wait for but its own end.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!log().contains(text)) {
      assertThat(System.nanoTime()).as(this::log).isLessThan(deadline);
      assertThat(process.waitFor(20, TimeUnit.MILLISECONDS)).as(this::log).isFalse();
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("log"), UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
