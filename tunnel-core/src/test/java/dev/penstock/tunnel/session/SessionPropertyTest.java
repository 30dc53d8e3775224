package dev.penstock.tunnel.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two ends of a session, and an adversary who owns the lines between them.
 *
 * <p>Each schedule is a random walk: bytes are sent, delivered in pieces and late, consumed late;
 * lines are cut with anything under way, are replaced while one end still believes in the old one
 * or while they are alive, break between request and answer, fill up. Whatever happens, each end
 * gets exactly what the other has sent, in order; no bound is passed; and once a line stays,
 * everything arrives, is acknowledged, and nothing is kept.
 *
 * <p>{@code -Dpenstock.schedules=N} runs more or fewer, {@code -Dpenstock.seed=S} runs one again.
 */
class SessionPropertyTest {
  private static final int SCHEDULES = Integer.getInteger("penstock.schedules", 100_000);
  private static final int WINDOW = 1024 * 1024;
  private static final int MESSAGE = 256 * 1024;
  private static final SessionLimits LIMITS =
      new SessionLimits(WINDOW, MESSAGE, Duration.ofSeconds(20));
  private static final Duration RESUME_TIMEOUT = Duration.ofHours(1);
  private static final byte[] PATTERN = PatternEnd.pattern(MESSAGE);

  @Test
  void everyByte_arrivesOnceAndInOrderWhateverBecomesOfTheLines() {
    String only = System.getProperty("penstock.seed");
    if (only != null) {
      run(Long.parseLong(only));
      return;
    }
    long first = new Random().nextLong();
    for (int i = 0; i < SCHEDULES; i++) {
      run(first + i);
    }
  }

  private static void run(long seed) {
    try {
      new Schedule(seed).run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("replay with -Dpenstock.seed=" + seed, e);
    }
  }

  /** One walk. */
  private static final class Schedule {
    private static final long NOT_REQUESTED = -1;

    private final Random random;
    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final List<ByteBuf> allocated = new ArrayList<>();
    private final List<AdversarialLine> lines = new ArrayList<>();
    private final PatternEnd dialer;
    private final PatternEnd acceptor;
    private boolean drained;

    /** What the dialer has stated in the request that is under way. */
    private long requestedFrom = NOT_REQUESTED;

    /** The line that the dialer is opening, once the acceptor has answered over it. */
    private @Nullable AdversarialLine answered;

    private long acceptorReceived;

    Schedule(long seed) {
      random = new Random(seed);
      clock.freezeTime();
      dialer = new PatternEnd(random, PATTERN);
      acceptor = new PatternEnd(random, PATTERN);
      AdversarialLine line = newLine();
      SessionId id = SessionId.random();
      dialer.use(new Session(id, LIMITS, RESUME_TIMEOUT, line.dialer));
      acceptor.use(new Session(id, LIMITS, RESUME_TIMEOUT, line.acceptor));
      line.dialer.carry(dialer.session());
      line.acceptor.carry(acceptor.session());
    }

    void run() {
      int steps = 15 + random.nextInt(45);
      for (int i = 0; i < steps; i++) {
        step();
        check();
      }
      settle();
    }

    private void step() {
      switch (random.nextInt(16)) {
        case 0, 1 -> dialer.wantToSend(1 + random.nextInt(300_000));
        case 2 -> acceptor.wantToSend(1 + random.nextInt(100_000));
        case 3, 4, 5 -> anyLine().dialer.receiveSome();
        case 6, 7, 8 -> anyLine().acceptor.receiveSome();
        case 9 -> dialer.consumeSome();
        case 10 -> acceptor.consumeSome();
        case 11 -> pass(random.nextInt(400));
        case 12 -> anyLine().cut();
        case 13 -> notice();
        case 14 -> moveOn();
        default -> rarely();
      }
    }

    private void rarely() {
      if (!drained && random.nextInt(4) == 0) {
        drained = true;
        dialer.session().drain("the schedule says so");
      }
      PatternEnd reader = random.nextBoolean() ? dialer : acceptor;
      reader.session().setReading(random.nextInt(3) > 0);
    }

    private AdversarialLine anyLine() {
      // Mostly the last: the others are dead, or about to be superseded.
      int last = lines.size() - 1;
      return lines.get(random.nextInt(4) == 0 ? random.nextInt(lines.size()) : last);
    }

    private void notice() {
      AdversarialLine line = anyLine();
      (random.nextBoolean() ? line.dialer : line.acceptor).noticeCut();
    }

    /** Dials the next line, in the steps of SessionDialer and Decisions; each may be the last. */
    private void moveOn() {
      AdversarialLine line = answered;
      if (requestedFrom == NOT_REQUESTED) {
        request();
      } else if (random.nextInt(5) == 0 || (line != null && line.isCut())) {
        giveUp();
      } else if (line == null) {
        answer();
      } else {
        open(line);
      }
    }

    private void request() {
      requestedFrom = dialer.session().beginMove();
    }

    /** Request or answer got lost. */
    private void giveUp() {
      requestedFrom = NOT_REQUESTED;
      answered = null;
      dialer.session().giveMoveUp();
    }

    private void answer() {
      assertThat(acceptor.session().canReplayFrom(requestedFrom)).isTrue();
      acceptor.session().release();
      acceptorReceived = acceptor.session().receivedBytes();
      AdversarialLine line = newLine();
      line.acceptor.carry(acceptor.session());
      acceptor.session().resume(line.acceptor, requestedFrom);
      clock.runPendingTasks();
      answered = line;
    }

    private void open(AdversarialLine line) {
      requestedFrom = NOT_REQUESTED;
      answered = null;
      line.dialer.carry(dialer.session());
      assertThat(dialer.session().canReplayFrom(acceptorReceived)).isTrue();
      dialer.session().resume(line.dialer, acceptorReceived);
      clock.runPendingTasks();
    }

    private AdversarialLine newLine() {
      AdversarialLine line = new AdversarialLine(clock.eventLoop(), random, allocated);
      lines.add(line);
      return line;
    }

    private void pass(int millis) {
      clock.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
      clock.runScheduledPendingTasks();
      clock.runPendingTasks();
    }

    private void check() {
      for (PatternEnd end : List.of(dialer, acceptor)) {
        assertThat(end.closed).isNull();
        assertThat(end.session().replayBytes()).isLessThanOrEqualTo(WINDOW);
        assertThat(end.session().unacknowledgedBytes()).isLessThanOrEqualTo(WINDOW);
      }
      assertThat(dialer.received).isLessThanOrEqualTo(acceptor.produced());
      assertThat(acceptor.received).isLessThanOrEqualTo(dialer.produced());
    }

    /** One more line, and nothing evil any more: everything arrives. */
    private void settle() {
      giveUp();
      dialer.session().setReading(true);
      acceptor.session().setReading(true);
      request();
      answer();
      AdversarialLine last = lines.get(lines.size() - 1);
      open(last);
      boolean busy = true;
      while (busy) {
        last.dialer.receiveSome();
        last.acceptor.receiveSome();
        dialer.consumeSome();
        acceptor.consumeSome();
        pass(100);
        check();
        busy = !isSettled(last);
      }
      pass(1_000);
      last.dialer.receiveSome();
      last.acceptor.receiveSome();
      assertSettled();
    }

    private boolean isSettled(AdversarialLine last) {
      return !last.dialer.hasSomethingToReceive()
          && !last.acceptor.hasSomethingToReceive()
          && dialer.unconsumed == 0
          && acceptor.unconsumed == 0
          && dialer.isAllSent()
          && acceptor.isAllSent();
    }

    private void assertSettled() {
      assertThat(acceptor.received).isEqualTo(dialer.produced());
      assertThat(dialer.received).isEqualTo(acceptor.produced());
      assertThat(acceptor.drains).isEqualTo(drained ? 1 : 0);
      for (PatternEnd end : List.of(dialer, acceptor)) {
        assertThat(end.session().unacknowledgedBytes()).isZero();
        assertThat(end.session().replayBytes()).isZero();
        end.session().close(CloseCause.CLOSED, "");
      }
      lines.forEach(AdversarialLine::cut);
      assertThat(allocated).allMatch(buffer -> buffer.refCnt() == 0);
      clock.finishAndReleaseAll();
    }
  }
}
