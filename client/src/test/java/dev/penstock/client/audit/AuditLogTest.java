package dev.penstock.client.audit;

import static dev.penstock.client.audit.TestRecords.line;
import static dev.penstock.client.audit.TestRecords.lines;
import static dev.penstock.client.audit.TestRecords.record;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(60)
final class AuditLogTest {
  private static final Duration SOON = Duration.ofMillis(1);
  private static final Duration BOUND = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final Logger logger = (Logger) LoggerFactory.getLogger(AuditLog.class);
  private final Told told = new Told();

  @BeforeEach
  void listen() {
    told.start();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(told);
  }

  @AfterEach
  void restore() {
    logger.detachAppender(told);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  @Test
  void close_hasWrittenEachRecordOnceAndInOrder() throws IOException {
    Path file = directory.resolve("audit.log");
    try (AuditLog audit = AuditLog.toFile(file)) {
      for (int id = 0; id < 5_000; id++) {
        audit.record(record(id));
      }
    }
    assertThat(Files.readString(file)).isEqualTo(lines(0, 5_000));
    assertThat(messages()).isEmpty();
  }

  @Test
  void manyThreads_loseNothing() throws Exception {
    Path file = directory.resolve("audit.log");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (AuditLog audit = AuditLog.toFile(file)) {
      List<Future<?>> recorders = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int first = i * 1_000;
        recorders.add(
            threads.submit(
                () -> {
                  for (int id = first; id < first + 1_000; id++) {
                    audit.record(record(id));
                  }
                }));
      }
      for (Future<?> recorder : recorders) {
        recorder.get(20, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(Files.readAllLines(file))
        .containsExactlyInAnyOrderElementsOf(lines(0, 4_000).lines().toList());
  }

  @Test
  void file_isTriedAtOnce() {
    assertThatThrownBy(() -> AuditLog.toFile(directory.resolve("none").resolve("audit.log")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("audit-file ")
        .hasMessageContaining("none")
        .hasMessageContaining("cannot be written");
  }

  @Test
  void trouble_isSaidWhileLinesCannotBeWrittenAndNothingIsLost() throws Exception {
    Gate sink = new Gate();
    try (AuditLog audit = new AuditLog(sink, "test", SOON, BOUND)) {
      audit.record(record(0));
      sink.next.add(true);
      sink.await(1);
      assertThat(audit.trouble()).isEmpty();

      audit.record(record(1));
      sink.next.add(false);
      sink.next.add(false);
      sink.await(2); // the second failure: the first has been noted by then
      assertThat(audit.trouble()).contains("the client's audit log cannot be written");
      audit.record(record(2));

      sink.next.add(true);
      sink.next.add(true);
      sink.await(2); // the second write: the first has been noted by then
      assertThat(audit.trouble()).isEmpty();
    }
    assertThat(sink.text()).isEqualTo(lines(0, 3));
    assertThat(messages())
        .containsExactly(
            "the audit log test cannot be written, and until it can, nobody reads:"
                + " java.io.IOException: No space left on device",
            "the audit log test is written again");
  }

  @Test
  void defectOfTheSink_isTroubleAndNotTheEnd() throws Exception {
    Gate sink = new Gate();
    sink.isDefect = true;
    try (AuditLog audit = new AuditLog(sink, "test", SOON, BOUND)) {
      audit.record(record(0));
      sink.next.add(false);
      sink.next.add(false);
      sink.await(2);
      assertThat(audit.trouble()).isPresent();
      sink.next.add(true);
    }
    assertThat(sink.text()).isEqualTo(line(0));
  }

  @Test
  void halfFullQueue_isTroubleAndAFullOneTellsTheLogOfTheProcess() throws Exception {
    Gate sink = new Gate();
    try (AuditLog audit = new AuditLog(sink, "test", SOON, BOUND)) {
      audit.record(record(0));
      sink.begun.acquire(); // the writer holds this one, and waits
      for (int id = 1; id < AuditLog.FULL_LINES; id++) {
        audit.record(record(id));
      }
      assertThat(audit.trouble()).isEmpty();
      audit.record(record(AuditLog.FULL_LINES));
      assertThat(audit.trouble()).isPresent();

      for (int id = AuditLog.FULL_LINES + 1; id <= AuditLog.MAX_QUEUED_LINES; id++) {
        audit.record(record(id));
      }
      assertThat(messages()).isEmpty();
      audit.record(record(99_999));
      assertThat(messages())
          .containsExactly("the audit log test is full or closed; lost: " + line(99_999).strip());
      sink.isOpen = true;
      sink.next.add(true);
    }
    assertThat(sink.text()).isEqualTo(lines(0, AuditLog.MAX_QUEUED_LINES + 1));
  }

  @Test
  void recordAfterTheClose_isTold() {
    Gate sink = new Gate();
    AuditLog audit = new AuditLog(sink, "test", SOON, BOUND);
    sink.isOpen = true;
    audit.close();
    audit.record(record(7));
    assertThat(messages()).singleElement().asString().endsWith("lost: " + line(7).strip());
    assertThat(audit.trouble()).isPresent();
    audit.close();
  }

  @Test
  void close_ofOneThatCannotWriteEndsAndSaysHowManyAreLeft() throws Exception {
    Gate sink = new Gate();
    AuditLog audit = new AuditLog(sink, "test", BOUND, Duration.ofMillis(50));
    audit.record(record(0));
    sink.begun.acquire();
    audit.record(record(1));
    audit.record(record(2));
    sink.next.add(false);
    assertThat(told.lines.poll(20, TimeUnit.SECONDS)).contains("cannot be written");
    audit.close();
    assertThat(told.lines.poll(20, TimeUnit.SECONDS))
        .isEqualTo("the audit log test ends, and up to 3 lines are not written");
    assertThat(audit.trouble()).isPresent();
  }

  @Test
  void interruptedThread_stillClosesInOrder() {
    Gate sink = new Gate();
    sink.isOpen = true;
    AuditLog audit = new AuditLog(sink, "test", SOON, BOUND);
    for (int id = 0; id < 1_000; id++) {
      audit.record(record(id));
    }
    Thread.currentThread().interrupt();
    audit.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(sink.text()).isEqualTo(lines(0, 1_000));
  }

  @Test
  void stream_getsTheLinesAndStaysOpen() throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    AuditSink sink = AuditSink.stream(Channels.newChannel(stream));
    sink.append(US_ASCII.encode(line(1)));
    sink.append(US_ASCII.encode(line(2)));
    assertThat(stream.toString(US_ASCII)).isEqualTo(lines(1, 3));
  }

  @Test
  void noLog_hasNoTrouble() {
    try (AuditLog audit = AuditLog.none()) {
      audit.record(record(1));
      assertThat(audit.trouble()).isEmpty();
    }
    assertThat(messages()).isEmpty();
  }

  @Test
  void targets_areTheFileTheStreamOrNowhere() throws IOException {
    assertThat(AuditTarget.parse(" none ")).isEqualTo(AuditTarget.NONE);
    assertThat(AuditTarget.parse("-")).isEqualTo(AuditTarget.STANDARD_OUTPUT);
    Path file = directory.resolve("a.log");
    AuditTarget.parse(file.toString()).open().close();
    assertThat(file).exists();
  }

  private List<String> messages() {
    return List.copyOf(told.lines);
  }

  /** The log of the process. */
  private static final class Told extends AppenderBase<ILoggingEvent> {
    final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getFormattedMessage());
    }
  }

  /** Writes or fails as it is told, one word for each attempt; once it is open, always writes. */
  private static final class Gate implements AuditSink {
    final BlockingQueue<Boolean> next = new LinkedBlockingQueue<>();
    final Semaphore begun = new Semaphore(0);
    final Semaphore ended = new Semaphore(0);
    volatile boolean isDefect;
    volatile boolean isOpen;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Override
    public void append(ByteBuffer lines) throws IOException {
      begun.release();
      boolean mayWrite = isOpen || isTold();
      ended.release();
      if (!mayWrite) {
        if (isDefect) {
          throw new IllegalStateException("a defect");
        }
        throw new IOException("No space left on device");
      }
      synchronized (written) {
        while (lines.hasRemaining()) {
          written.write(lines.get());
        }
      }
    }

    private boolean isTold() throws IOException {
      try {
        return next.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }

    void await(int attempts) throws InterruptedException {
      assertThat(ended.tryAcquire(attempts, 20, TimeUnit.SECONDS)).isTrue();
    }

    String text() {
      synchronized (written) {
        return written.toString(US_ASCII);
      }
    }
  }
}
