package dev.penstock.client.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.client.names.CallIds;
import dev.penstock.client.names.RequestId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** An audit log whose lines a test takes, and which it can break and mend. */
public final class AuditProbe implements AutoCloseable {
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Semaphore failures = new Semaphore(0);
  private volatile boolean isBroken;
  private final AuditLog log =
      new AuditLog(this::append, "probe", Duration.ofMillis(1), Duration.ofSeconds(20));

  public AuditLog log() {
    return log;
  }

  /** The line that was written after the one taken before. */
  public JsonObject next() throws InterruptedException {
    String line = lines.poll(20, TimeUnit.SECONDS);
    return JsonParser.parseString(Objects.requireNonNull(line, "no line in time"))
        .getAsJsonObject();
  }

  /** Returns when the log has noticed that its lines cannot be written. */
  public void breakDown() throws InterruptedException {
    isBroken = true;
    failures.drainPermits();
    log.record(
        new AuditRecord(
            Instant.EPOCH,
            new CallIds(new RequestId("broken")),
            "",
            "stat-blob",
            "",
            null,
            null,
            null,
            0,
            Duration.ZERO,
            "OK",
            ""));
    assertThat(failures.tryAcquire(2, 20, TimeUnit.SECONDS)).isTrue();
  }

  /** Returns when lines are written again: the first is the one that showed the trouble. */
  public void mend() throws InterruptedException {
    isBroken = false;
    assertThat(next().get("request_id").getAsString()).isEqualTo("broken");
  }

  /** Ends the log; what was not taken is left, of what there should be nothing. */
  @Override
  public void close() {
    log.close();
    assertThat(lines).as("lines that no test wanted").isEmpty();
  }

  private void append(ByteBuffer text) throws IOException {
    if (isBroken) {
      failures.release();
      throw new IOException("No space left on device");
    }
    StandardCharsets.US_ASCII.decode(text).toString().lines().forEach(lines::add);
  }
}
