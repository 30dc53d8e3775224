package dev.penstock.tunnel.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.CuttingRelay;
import dev.penstock.tunnel.connection.ClientTls;
import dev.penstock.tunnel.session.DialLoop.Events;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dials for ever, whatever the other side and the own callbacks do, until it is stopped. */
class DialLoopTest {
  private final AcceptorFixture fixture = new AcceptorFixture();
  private AskedLimits asked = AskedLimits.NONE;
  private final Recorder recorder = new Recorder();
  private final List<DialLoop> loops = new ArrayList<>();

  DialLoopTest() throws IOException {}

  @AfterEach
  void close() {
    loops.forEach(DialLoop::stop);
    recorder.endSessions();
    fixture.close();
    assertThat(dialThreads()).isEmpty();
  }

  @Test
  void session_hasTheAcceptorsLimitsAndId() throws Exception {
    DialLoop loop = start(fixture.acceptor.address(), () -> AcceptorFixture.TOKEN);
    Session dialled = recorder.nextAttached().session();
    Session accepted = fixture.nextAttachment().session();
    assertThat(dialled.limits()).isEqualTo(AcceptorFixture.LIMITS);
    assertThat(dialled.id()).isEqualTo(accepted.id());
    loop.stop();
    assertThat(accepted.closed()).as("stop() ends the dialling, not the session").isNotDone();
    stop(loop);
  }

  @Test
  void stopInTheMomentOfAttaching_leavesTheSessionAlone() throws Exception {
    CompletableFuture<DialLoop> made = new CompletableFuture<>();
    CompletableFuture<Void> ended = new CompletableFuture<>();
    recorder.whenAttached = () -> made.join().stop().thenRun(() -> ended.complete(null));
    made.complete(start(fixture.acceptor.address(), () -> AcceptorFixture.TOKEN));
    Session dialled = recorder.nextAttached().session();
    Session accepted = fixture.nextAttachment().session();
    // Its end would be told by now: ours goes out before this comes back.
    for (Session each : List.of(dialled, accepted, dialled)) {
      each.eventLoop().submit(() -> {}).get(20, TimeUnit.SECONDS);
    }
    assertThat(dialled.closed()).isNotDone();
    assertThat(accepted.closed()).isNotDone();
    assertThat(ended).as("a session is kept").isNotDone();
    recorder.endSessions();
    ended.get(20, TimeUnit.SECONDS);
  }

  @Test
  void lostSession_isReportedAndFollowedByAnother() throws Exception {
    DialLoop loop = start(fixture.acceptor.address(), () -> AcceptorFixture.TOKEN);
    Attachment first = fixture.nextAttachment();
    first
        .session()
        .eventLoop()
        .execute(() -> first.session().close(CloseCause.SHUTTING_DOWN, "an update"));
    assertThat(recorder.nextEvent()).isEqualTo("attached acme");
    assertThat(recorder.nextEvent()).isEqualTo("detached the process is shutting down: an update");
    assertThat(recorder.nextEvent()).isEqualTo("attached acme");
    assertThat(fixture.nextAttachment().session().id()).isNotEqualTo(first.session().id());
    stop(loop);
  }

  @Test
  void session_thatANewAcceptorDoesNotKnowIsFollowedByAFreshOne() throws Exception {
    AcceptorFixture first = new AcceptorFixture();
    InetSocketAddress address = first.acceptor.address();
    DialLoop loop = start(address, () -> AcceptorFixture.TOKEN);
    Session before = recorder.nextAttached().session();
    first.close(); // as a server that is killed: nobody says good-bye
    try (AcceptorFixture second = new AcceptorFixture(address)) {
      Session after = second.nextAttachment().session();
      assertThat(before.closed())
          .succeedsWithin(AcceptorFixture.PATIENCE)
          .extracting(SessionClosed::cause)
          .isEqualTo(CloseCause.SESSION_UNKNOWN);
      assertThat(recorder.nextAttached().session().id()).isEqualTo(after.id());
      assertThat(before.resumes()).isZero();
      stop(loop);
    }
  }

  @Test
  void session_whoseLineBreaksGoesOnAsTheSame() throws Exception {
    try (CuttingRelay relay = new CuttingRelay(fixture.acceptor.address())) {
      DialLoop loop = start(relay.address(), () -> AcceptorFixture.TOKEN);
      Session dialled = recorder.nextAttached().session();
      CountDownLatch resumed = new CountDownLatch(1);
      dialled.observe(new ResumeOf(resumed));
      Session accepted = fixture.nextAttachment().session();
      dialled.eventLoop().execute(() -> sendOneByte(dialled));
      await(() -> accepted.receivedBytes() == 1); // else the acceptor would not keep it
      relay.cut();
      assertThat(resumed.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(accepted.resumes()).isEqualTo(1);
      assertThat(accepted.id()).isEqualTo(dialled.id());
      assertThat(fixture.attached).as("no second session").isEmpty();
      stop(loop);
    }
  }

  private static void sendOneByte(Session session) {
    session.send(session.allocate(1).writeByte(1));
    session.flush();
  }

  private static void await(BooleanSupplier condition) {
    long until = System.nanoTime() + AcceptorFixture.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not in time").isLessThan(until);
      Thread.onSpinWait();
    }
  }

  @Test
  void renewal_thatLeadsElsewhereLeavesTheSessionWhereItIs() throws Exception {
    try (AcceptorFixture elsewhere = new AcceptorFixture();
        CuttingRelay relay = new CuttingRelay(fixture.acceptor.address())) {
      DialLoop loop = start(relay.address(), () -> AcceptorFixture.TOKEN, Duration.ofSeconds(1));
      Session session = recorder.nextAttached().session();
      relay.redirect(elsewhere.acceptor.address());
      assertThat(recorder.nextFailure().message()).contains("stays on its old connection");
      assertThat(elsewhere.nextAttachment().session().closed())
          .succeedsWithin(AcceptorFixture.PATIENCE)
          .extracting(SessionClosed::cause)
          .isEqualTo(CloseCause.CLOSED);
      assertThat(session.isConnected()).isTrue();
      assertThat(session.closed()).isNotDone();
      assertThat(recorder.attachments).isEmpty();
      relay.redirect(fixture.acceptor.address());
      stop(loop);
    }
  }

  @Test
  void refusedToken_isReportedAndAskedAgainOnlySlowly() throws Exception {
    DialLoop loop = start(fixture.acceptor.address(), () -> "wrong");
    DialFailure failure = recorder.nextFailure();
    assertThat(failure.refused()).isTrue();
    assertThat(failure.message()).contains("answered 401", "the token is not known");
    assertThat(failure.retryIn()).isBetween(Backoff.REFUSED.dividedBy(2), Backoff.REFUSED);
    stop(loop);
  }

  @Test
  void tokenOfAnotherTunnel_isRefusedToo() throws Exception {
    DialLoop loop = start(fixture.acceptor.address(), () -> AcceptorFixture.OTHER_TOKEN);
    DialFailure failure = recorder.nextFailure();
    assertThat(failure.refused()).isTrue();
    assertThat(failure.message()).contains("answered 403").doesNotContain("hush");
    stop(loop);
  }

  @Test
  void refusedPort_isTriedAgainSoonAndWithTheTokenOfThatMoment() throws Exception {
    InetSocketAddress address = fixture.acceptor.address();
    fixture.acceptor.close();
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    DialLoop loop =
        start(
            address,
            () -> {
              asked.add("asked");
              return AcceptorFixture.TOKEN;
            });
    DialFailure failure = recorder.nextFailure();
    assertThat(failure.refused()).isFalse();
    assertThat(failure.retryIn()).isLessThanOrEqualTo(Backoff.FIRST);
    try (AcceptorFixture later = new AcceptorFixture(address)) {
      later.nextAttachment();
      assertThat(asked).hasSizeGreaterThan(1);
      stop(loop);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hush\ntoken", "hush token", "hush\u0000", "hush✓"})
  void tokenThatCannotBeSent_isReportedWithoutIt(String token) throws Exception {
    DialLoop loop = start(fixture.acceptor.address(), () -> token);
    DialFailure failure = recorder.nextFailure();
    assertThat(failure.message())
        .startsWith("cannot dial: the token holds a space")
        .doesNotContain("hush");
    stop(loop);
  }

  @Test
  void tokenThatCannotBeRead_isReportedAndAskedAgain() throws Exception {
    BlockingQueue<String> tokens = new LinkedBlockingQueue<>(List.of(AcceptorFixture.TOKEN));
    CompletableFuture<String> first = new CompletableFuture<>();
    DialLoop loop =
        start(
            fixture.acceptor.address(),
            () -> {
              if (first.complete("failed")) {
                throw new IllegalStateException("cannot read token file /run/token");
              }
              return tokens.element();
            });
    assertThat(recorder.nextFailure().message())
        .isEqualTo("cannot dial: cannot read token file /run/token");
    fixture.nextAttachment();
    stop(loop);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Penstock-Session: 0123456789abcdefghijkl\r\nPenstock-Heartbeat: 5",
        "Penstock-Session: 0123456789abcdefghijkl\r\nPenstock-Heartbeat: 99999999999",
        "Penstock-Session: 0123456789abcdefghijkl\r\nPenstock-Max-Message: many",
        "Penstock-Session: 0123456789abcdefghijkl\r\nPenstock-Replay-Window: -1",
        "Penstock-Session: x",
        "X-None: 1",
      })
  void answerThatMakesNoSense_isAFailedDial(String headers) throws Exception {
    try (RawAcceptor peer = new RawAcceptor(RawAcceptor.switched(headers))) {
      DialLoop loop = start(peer.address(), () -> AcceptorFixture.TOKEN);
      DialFailure failure = recorder.nextFailure();
      assertThat(failure.message()).contains("answered 101, but: ");
      assertThat(recorder.events).isEmpty();
      stop(loop);
    }
  }

  @Test
  void retryAfter_ofEternityDoesNotEndTheLoop() throws Exception {
    String answer = "HTTP/1.1 503 No\r\nRetry-After: 9223372036854775807\r\n\r\n";
    try (RawAcceptor peer = new RawAcceptor(answer)) {
      DialLoop loop = start(peer.address(), () -> AcceptorFixture.TOKEN);
      assertThat(recorder.nextFailure().retryIn())
          .isBetween(Backoff.LONGEST_ASKED, Backoff.LONGEST_ASKED.plus(Backoff.FIRST));
      assertThat(dialThreads()).hasSize(1);
      stop(loop);
    }
  }

  @Test
  void listenerWithADefect_doesNotEndTheLoop() throws Exception {
    recorder.failing = true;
    InetSocketAddress address = fixture.acceptor.address();
    fixture.acceptor.close();
    DialLoop loop = start(address, () -> AcceptorFixture.TOKEN);
    recorder.nextFailure();
    recorder.nextFailure();
    stop(loop);
  }

  @Test
  void adopterWithADefect_isAFailedDialThatHangsUp() throws Exception {
    recorder.failing = true;
    DialLoop loop = start(fixture.acceptor.address(), () -> AcceptorFixture.TOKEN);
    assertThat(recorder.nextFailure().message()).contains("the session could not begin");
    CompletableFuture<SessionClosed> suspended = new CompletableFuture<>();
    Session accepted = fixture.nextAttachment().session();
    accepted.observe(new SuspensionOf(suspended));
    if (accepted.isConnected()) { // else it has happened before anybody watched
      assertThat(suspended)
          .succeedsWithin(AcceptorFixture.PATIENCE)
          .extracting(SessionClosed::cause)
          .isEqualTo(CloseCause.CONNECTION_LOST);
    }
    stop(loop);
  }

  @Test
  void stop_endsADialThatBlocks() throws Exception {
    try (RawAcceptor peer = new RawAcceptor("")) {
      DialLoop loop = start(peer.address(), () -> AcceptorFixture.TOKEN);
      assertThat(peer.requests.poll(20, TimeUnit.SECONDS)).contains("GET /tunnel/v1/acme HTTP/1.1");
      stop(loop);
      assertThat(peer.awaitHangUp()).isTrue();
      assertThat(recorder.failures).isEmpty();
    }
  }

  @Test
  void stop_holdsThoughACallbackSwallowsTheInterrupt() throws Exception {
    CompletableFuture<String> asked = new CompletableFuture<>();
    CompletableFuture<String> token = new CompletableFuture<>();
    DialLoop loop =
        start(
            fixture.acceptor.address(),
            () -> {
              asked.complete("asked");
              try {
                return token.get();
              } catch (Exception e) { // the interrupt among them
                throw new IllegalStateException("no token", e);
              }
            });
    asked.get(20, TimeUnit.SECONDS);
    stop(loop);
  }

  private DialLoop start(InetSocketAddress server, Supplier<String> token) throws IOException {
    return start(server, token, Duration.ZERO);
  }

  @Test
  void limits_thatThePathWantsAreAskedForAndKept() throws Exception {
    asked = new AskedLimits(Duration.ofSeconds(3), 4096);
    start(fixture.acceptor.address(), () -> AcceptorFixture.TOKEN);
    SessionLimits inForce =
        new SessionLimits(AcceptorFixture.LIMITS.replayWindowBytes(), 4096, Duration.ofSeconds(3));
    assertThat(fixture.nextAttachment().session().limits()).isEqualTo(inForce);
  }

  private DialLoop start(InetSocketAddress server, Supplier<String> token, Duration maxCarrierAge)
      throws IOException {
    DialLoop loop =
        new DialLoop(
            new DialLoop.Settings(
                URI.create("ws://127.0.0.1:" + server.getPort() + "/"),
                "acme",
                "one",
                token,
                AcceptorFixture.PATIENCE,
                AcceptorFixture.PATIENCE,
                maxCarrierAge,
                null,
                ClientTls.DEFAULTS,
                null,
                asked),
            recorder);
    loops.add(loop);
    loop.start(fixture.loops.next());
    return loop;
  }

  /** Stops the loop, ends its sessions and waits for its thread. */
  private void stop(DialLoop loop) throws InterruptedException {
    List<Thread> threads = dialThreads();
    loop.stop();
    recorder.endSessions();
    for (Thread thread : threads) {
      thread.join(AcceptorFixture.PATIENCE.toMillis());
      assertThat(thread.isAlive()).as("the dial thread lives").isFalse();
    }
  }

  private static List<Thread> dialThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("penstock-dial"))
        .toList();
  }

  private record ResumeOf(CountDownLatch resumed) implements SessionObserver {
    @Override
    public void onSuspended(SessionClosed why) {}

    @Override
    public void onResumed() {
      resumed.countDown();
    }

    @Override
    public void onDrain(String reason) {}
  }

  private record SuspensionOf(CompletableFuture<SessionClosed> suspended)
      implements SessionObserver {
    @Override
    public void onSuspended(SessionClosed why) {
      suspended.complete(why);
    }

    @Override
    public void onResumed() {
      throw new AssertionError("nobody resumes a session that was not adopted");
    }

    @Override
    public void onDrain(String reason) {
      throw new AssertionError("nobody drains it");
    }
  }

  /** Writes down what the loop reports. */
  private static final class Recorder implements Events {
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    final BlockingQueue<DialFailure> failures = new LinkedBlockingQueue<>();
    private final BlockingQueue<Attachment> attachments = new LinkedBlockingQueue<>();
    private final List<Session> sessions = new CopyOnWriteArrayList<>();
    private volatile boolean isOver;
    volatile boolean failing;
    volatile Runnable whenAttached = () -> {};

    String nextEvent() throws InterruptedException {
      return String.valueOf(events.poll(20, TimeUnit.SECONDS));
    }

    Attachment nextAttached() throws InterruptedException {
      Attachment next = attachments.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("the next attachment").isNotNull();
      return next;
    }

    DialFailure nextFailure() throws InterruptedException {
      DialFailure next = failures.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("the next failure").isNotNull();
      return next;
    }

    /** Those that are just attaching included, as whoever stops a loop has to. */
    void endSessions() {
      isOver = true;
      sessions.forEach(Recorder::end);
    }

    private static void end(Session session) {
      session.eventLoop().execute(() -> session.close(CloseCause.CLOSED, "the test is over"));
    }

    @Override
    public void onAttached(Attachment attachment) {
      failOnPurpose();
      attachment.session().listen(new AcceptorFixture.Sink());
      sessions.add(attachment.session());
      if (isOver) {
        end(attachment.session());
      }
      whenAttached.run();
      attachments.add(attachment);
      events.add("attached " + attachment.tunnelId());
    }

    @Override
    public void onDetached(Attachment attachment, SessionClosed why, Duration retryIn) {
      events.add("detached " + why);
    }

    @Override
    public void onDialFailed(DialFailure failure) {
      failures.add(failure);
      failOnPurpose();
    }

    private void failOnPurpose() {
      if (failing) {
        throw new IllegalStateException("a listener with a defect");
      }
    }
  }
}
