package dev.penstock.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.penstock.client.audit.AuditTarget;
import dev.penstock.client.names.Digest;
import dev.penstock.client.policy.file.ReloadingPolicy;
import dev.penstock.client.registry.FakeRegistry;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.tunnel.AcceptorListener;
import dev.penstock.tunnel.Tunnel;
import dev.penstock.tunnel.TunnelAcceptor;
import dev.penstock.tunnel.TunnelChannelBuilder;
import dev.penstock.tunnel.TunnelStats;
import dev.penstock.tunnel.session.CloseCause;
import dev.penstock.tunnel.session.SessionClosed;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A client against a real acceptor, over a real WebSocket. */
@Timeout(60)
final class PenstockClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;
  private FakeRegistry registry;
  private Path token;
  private TunnelAcceptor acceptor;
  private final CountDownLatch judged = new CountDownLatch(1);
  private final Attached attached = new Attached();

  /** Small reads so far. */
  private int asked;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    token = Files.writeString(directory.resolve("token"), "good\n");
    acceptor = listen();
  }

  @AfterEach
  void stop() throws IOException {
    acceptor.close();
    registry.close();
  }

  private TunnelAcceptor listen() throws IOException {
    return TunnelAcceptor.builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .authenticator(
            (tunnel, secret) -> {
              judged.countDown();
              return secret.equals("good") ? Verdict.ACCEPTED : Verdict.UNKNOWN_TOKEN;
            })
        .listener(attached)
        .start();
  }

  private ClientConfig.Builder unruled() {
    return ClientConfig.builder()
        .server(URI.create("ws://127.0.0.1:" + acceptor.address().getPort()))
        .tunnel("acme")
        .tokenFile(token)
        .registry(registry.uri().toString())
        .connections(1);
  }

  private ClientConfig.Builder config() {
    return unruled().allow("team/**");
  }

  @Test
  void client_keepsAsManyTunnelsAsItIsTold() throws Exception {
    try (PenstockClient client = PenstockClient.start(config().connections(3).build())) {
      client.awaitAttached(PATIENCE);
      attached.next();
      attached.next();
      attached.next().close(CloseCause.CLOSED, "test");
      assertThat(attached.next().instance()).as("the fourth takes its place").isNotEmpty();
    }
  }

  @Test
  void attachedClient_servesItsRegistryThroughTheTunnel() throws Exception {
    byte[] content = FakeRegistry.bytes(3_000_000);
    Digest digest = registry.blob(content);
    try (PenstockClient client = PenstockClient.start(config().instance("here").build())) {
      client.awaitAttached(PATIENCE);
      Tunnel tunnel = attached.next();
      assertThat(tunnel.id()).isEqualTo("acme");
      assertThat(tunnel.instance()).isEqualTo("here");

      assertThat(fetch(attached.channel, digest)).isEqualTo(content);
      assertThat(client.gauges().readBytes()).isEqualTo(content.length);
      TunnelStats stats = client.tunnelStats().get(0);
      assertThat(stats.sentBytes()).isGreaterThan(content.length);
      assertThat(stats.unacknowledgedBytes()).isLessThanOrEqualTo(stats.replayWindowBytes());
    }
    assertThat(attached.ends.poll(20, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void lostTunnel_isDialledAgain() throws Exception {
    try (PenstockClient client = PenstockClient.start(config().build())) {
      attached.next().close(CloseCause.GOING_AWAY, "test");
      attached.next();
      client.awaitAttached(PATIENCE);
    }
  }

  @Test
  void refusedToken_isSaidWithItsFileAndWhatToDo() throws Exception {
    Files.writeString(token, "wrong");
    try (PenstockClient client = PenstockClient.start(config().build())) {
      assertThat(judged.await(20, TimeUnit.SECONDS)).isTrue();
      // The verdict is on its way back by now; this waits for it and for no second dial.
      Throwable reason = catchThrowable(() -> client.awaitAttached(Duration.ofSeconds(2)));
      assertThat(reason)
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("the server refused the token in " + token + " for tunnel 'acme'")
          .hasMessageContaining("401")
          .hasMessageContaining("token create --tokens FILE --tunnel acme")
          .hasMessageNotContaining("wrong");
    }
  }

  @Test
  void missingTokenFile_isNamedBeforeDialling() {
    ClientConfig config = config().tokenFile(directory.resolve("none")).build();
    assertThatThrownBy(() -> PenstockClient.start(config))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none cannot be read");
  }

  @Test
  void missingCa_isNamedBeforeDialling() {
    ClientConfig.Builder config = config();
    config.registryNetwork().ca(directory.resolve("none.pem"));
    assertThatThrownBy(() -> PenstockClient.start(config.build())).hasMessageContaining("none.pem");
  }

  @Test
  void close_isIdempotent() throws Exception {
    PenstockClient client = PenstockClient.start(config().build());
    client.awaitAttached(PATIENCE);
    attached.next();
    client.close();
    client.close();
  }

  @Test
  void policyFile_isFollowedAndWhatIsUnderWayGoesOn() throws Exception {
    byte[] content = FakeRegistry.bytes(20_000_000);
    Digest digest = registry.blob(content);
    Path policy = policy("rules: [{name: open, allow: team/**}]");
    Path audit = directory.resolve("audit.log");
    ClientConfig config =
        unruled().policyFile(policy).audit(AuditTarget.parse(audit.toString())).build();
    try (PenstockClient client = PenstockClient.start(config)) {
      client.awaitAttached(PATIENCE);
      attached.next();
      Iterator<FetchBlobResponse> underWay = begin(attached.channel, digest);
      assertThat(underWay.next().hasHeader()).isTrue();

      policy("rules: [{name: closed, deny: team/**}]");
      Status denied = awaitChange(Status.Code.PERMISSION_DENIED, digest);
      assertThat(denied.getDescription()).contains("rule 'closed' denies it");

      assertThat(rest(underWay)).isEqualTo(content);
      policy("rules: [{name: open, allow: team/**}] # again");
      awaitChange(Status.Code.OK, digest);
    }
    List<String> lines = Files.readAllLines(audit);
    assertThat(lines)
        .filteredOn(line -> line.contains("\"operation\":\"fetch-blob\""))
        .singleElement()
        .asString()
        .contains("\"bytes\":20000000", "\"outcome\":\"OK\"");
    assertThat(lines)
        .filteredOn(line -> line.contains("\"operation\":\"stat-blob\""))
        .hasSize(asked)
        .anyMatch(line -> line.contains("rule 'closed' denies it"));
  }

  @Test
  void brokenPolicyFile_keepsTheOldOneAndSaysSo() throws Exception {
    Digest digest = registry.blob(FakeRegistry.bytes(10));
    Path policy = policy("rules: [{name: open, allow: team/**}]");
    Told told = new Told();
    try (PenstockClient client = PenstockClient.start(unruled().policyFile(policy).build())) {
      client.awaitAttached(PATIENCE);
      attached.next();
      policy("rules: [{name: open, allow: TEAM}]");
      assertThat(told.next())
          .startsWith("policy not reloaded, the one read before stays in force: policy: " + policy)
          .contains("'TEAM'");
      assertThat(ask(digest)).isEqualTo(Status.OK);
      policy("rules: [{name: mended, deny: '**'}]");
      assertThat(told.next()).startsWith("policy reloaded from " + policy);
      assertThat(awaitChange(Status.Code.PERMISSION_DENIED, digest).getDescription())
          .contains("'mended'");
    } finally {
      told.close();
    }
  }

  @Test
  void brokenPolicyFile_isNamedBeforeDialling() throws Exception {
    Path policy = policy("rules: 1");
    ClientConfig config = unruled().policyFile(policy).build();
    assertThatThrownBy(() -> PenstockClient.start(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(policy + ": rules: must be a list");
  }

  @Test
  void auditFileThatCannotBeWritten_isNamedBeforeDialling() {
    Path audit = directory.resolve("none").resolve("audit.log");
    ClientConfig config = config().audit(AuditTarget.parse(audit.toString())).build();
    assertThatThrownBy(() -> PenstockClient.start(config))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("audit-file " + audit + " cannot be written");
  }

  private Path policy(String text) throws IOException {
    Path fresh = Files.writeString(directory.resolve("policy.yaml.new"), text);
    return Files.move(fresh, directory.resolve("policy.yaml"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** The file is looked at each second. */
  private Status awaitChange(Status.Code wanted, Digest digest) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    Status status = ask(digest);
    while (status.getCode() != wanted) {
      assertThat(System.nanoTime()).as("still %s", status).isLessThan(until);
      status = ask(digest);
    }
    return status;
  }

  private Status ask(Digest digest) {
    asked++;
    try {
      RegistryGrpc.newBlockingStub(Objects.requireNonNull(attached.channel))
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .statBlob(
              StatBlobRequest.newBuilder()
                  .setRepository("team/app")
                  .setDigest(digest.value())
                  .build());
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  private static byte[] fetch(@Nullable ManagedChannel channel, Digest digest) {
    return rest(begin(channel, digest));
  }

  private static Iterator<FetchBlobResponse> begin(
      @Nullable ManagedChannel channel, Digest digest) {
    return RegistryGrpc.newBlockingStub(Objects.requireNonNull(channel))
        .withDeadlineAfter(50, TimeUnit.SECONDS)
        .fetchBlob(
            FetchBlobRequest.newBuilder()
                .setTunnel("acme")
                .setRepository("team/app")
                .setDigest(digest.value())
                .build());
  }

  private static byte[] rest(Iterator<FetchBlobResponse> messages) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    messages.forEachRemaining(message -> bytes.writeBytes(message.getData().toByteArray()));
    return bytes.toByteArray();
  }

  /** What is logged of the policy, while this is open. */
  private static final class Told extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger(ReloadingPolicy.class);
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Told() {
      start();
      logger.setLevel(Level.INFO);
      logger.setAdditive(false);
      logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getFormattedMessage());
    }

    String next() throws InterruptedException {
      return Objects.requireNonNull(lines.poll(20, TimeUnit.SECONDS), "nothing logged in time");
    }

    @Override
    public void close() {
      logger.detachAppender(this);
      logger.setAdditive(true);
      logger.setLevel(null);
    }
  }

  private static final class Attached implements AcceptorListener {
    final BlockingQueue<Tunnel> tunnels = new LinkedBlockingQueue<>();
    final BlockingQueue<SessionClosed> ends = new LinkedBlockingQueue<>();

    /** Of the tunnel that attached last; set before it is queued. */
    volatile @Nullable ManagedChannel channel;

    Tunnel next() throws InterruptedException {
      Tunnel tunnel = tunnels.poll(20, TimeUnit.SECONDS);
      return Objects.requireNonNull(tunnel, "no client attached in time");
    }

    @Override
    public void onAttached(Tunnel tunnel) {
      channel = TunnelChannelBuilder.forTunnel(tunnel).build();
      tunnels.add(tunnel);
    }

    @Override
    public void onDetached(Tunnel tunnel, SessionClosed why) {
      ends.add(why);
    }
  }
}
