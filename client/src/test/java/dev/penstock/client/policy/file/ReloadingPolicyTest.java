package dev.penstock.client.policy.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.client.policy.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class ReloadingPolicyTest {
  private static final String FIRST = "rules: [{name: first, allow: a}]\n";
  private static final String OTHER = "rules: [{name: other, allow: a}]\n";

  @TempDir Path directory;
  private Path file;

  /** As if no time passed, so that every stamp is young, but for those that are set back. */
  private final Clock clock = Clock.fixed(Instant.now(), ZoneOffset.UTC);

  private final AtomicLong nanos = new AtomicLong();
  private final List<PolicyDocument> reloaded = new ArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(ReloadingPolicy.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void prepare() throws IOException {
    file = Files.writeString(directory.resolve("policy.yaml"), FIRST);
    lines.start();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(lines);
  }

  @AfterEach
  void restore() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  @Test
  void theFirst_isInForceAtOnceAndToldToNobody() {
    ReloadingPolicy policy = open();
    assertThat(inForce(policy)).isEqualTo("first");
    checkLater(policy);
    assertThat(reloaded).isEmpty();
    assertThat(lines.list).isEmpty();
  }

  @Test
  void withoutAGoodFirst_nothingOpens() throws IOException {
    Files.writeString(file, "rules: 1");
    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file + ": rules: must be a list");
    Files.delete(file);
    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("policy: " + file + " cannot be read (NoSuchFileException)");
  }

  @Test
  void aFilePutInItsPlace_isTakenOverWithOneLine() throws IOException {
    ReloadingPolicy policy = open();
    replaceBy(OTHER);
    checkLater(policy);
    assertThat(inForce(policy)).isEqualTo("other");
    assertThat(reloaded).containsExactly(policy.current());
    checkLater(policy);
    assertThat(reloaded).hasSize(1);
    assertThat(told()).containsExactly("INFO");
    assertThat(lines.list.get(0).getFormattedMessage())
        .isEqualTo(
            "policy reloaded from "
                + file
                + ": rules=1, transfers=unlimited, bytes-per-second=unlimited, registries with"
                + " limits of their own=0");
  }

  @Test
  void aFileRewrittenInPlace_isTakenOver() throws IOException {
    ReloadingPolicy policy = open();
    Files.writeString(file, OTHER + "# longer\n");
    checkLater(policy);
    assertThat(inForce(policy)).isEqualTo("other");
  }

  /** As when it is edited twice within one tick of the file system's clock. */
  @Test
  void aRewriteOfTheSameTimeAndSize_isTakenOver() throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    ReloadingPolicy policy = open();
    Files.writeString(file, OTHER);
    Files.setLastModifiedTime(file, time);
    checkLater(policy);
    assertThat(inForce(policy)).isEqualTo("other");
  }

  @Test
  void aFileOfOldDate_isNotReadAgainUntilItsStampChanges() throws IOException {
    FileTime old = FileTime.from(Instant.now().minusSeconds(60));
    Files.setLastModifiedTime(file, old);
    ReloadingPolicy policy = open();
    Files.writeString(file, OTHER);
    Files.setLastModifiedTime(file, old);
    checkLater(policy);
    assertThat(inForce(policy)).as("the stamp says that nothing changed").isEqualTo("first");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(50)));
    checkLater(policy);
    assertThat(inForce(policy)).isEqualTo("other");
  }

  @Test
  void aReplacementOfTheSameTimeAndSize_isTakenOver() throws IOException {
    FileTime old = FileTime.from(Instant.now().minusSeconds(60));
    Files.setLastModifiedTime(file, old);
    ReloadingPolicy policy = open();
    Path next = Files.writeString(directory.resolve("next"), OTHER);
    Files.setLastModifiedTime(next, old);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    checkLater(policy);
    assertThat(inForce(policy)).isEqualTo("other");
  }

  /** As Kubernetes does with a mounted ConfigMap. */
  @Test
  void aLinkThatPointsElsewhere_isFollowed() throws IOException {
    Path one = Files.writeString(directory.resolve("one"), FIRST);
    Path two = Files.writeString(directory.resolve("two"), OTHER);
    Files.delete(file);
    Files.createSymbolicLink(file, one);
    ReloadingPolicy policy = open();
    Path link = Files.createSymbolicLink(directory.resolve("link"), two);
    Files.move(link, file, StandardCopyOption.ATOMIC_MOVE);
    checkLater(policy);
    assertThat(inForce(policy)).isEqualTo("other");
  }

  @Test
  void aBrokenFile_leavesTheOldOneAndSaysSoOnce() throws IOException {
    ReloadingPolicy policy = open();
    replaceBy("rules: [{alow: a}]\n");
    checkLater(policy);
    checkLater(policy);
    assertThat(inForce(policy)).isEqualTo("first");
    assertThat(reloaded).isEmpty();
    assertThat(told()).containsExactly("WARN");
    assertThat(lines.list.get(0).getFormattedMessage())
        .isEqualTo(
            "policy not reloaded, the one read before stays in force: policy: "
                + file
                + ": rule 1: has a key 'alow', which is unknown; accepted are name, allow, deny,"
                + " registries, operations, largest-blob");
    assertThat(lines.list.get(0).getThrowableProxy()).isNull();
  }

  @Test
  void eachBrokenChange_isSaidAndTheNextGoodOneTakenOver() throws IOException {
    ReloadingPolicy policy = open();
    for (String text : List.of("rules: 1\n", "rules: 2\n", OTHER, "rules: 2\n", FIRST)) {
      replaceBy(text);
      checkLater(policy);
      checkLater(policy);
    }
    assertThat(told()).containsExactly("WARN", "WARN", "INFO", "WARN", "INFO");
    assertThat(inForce(policy)).isEqualTo("first");
    assertThat(reloaded).hasSize(2);
  }

  @Test
  void aFileThatIsGone_leavesTheOldOneAndSaysSoOnce() throws IOException {
    ReloadingPolicy policy = open();
    Files.delete(file);
    checkLater(policy);
    checkLater(policy);
    assertThat(inForce(policy)).isEqualTo("first");
    assertThat(told()).containsExactly("WARN");
    assertThat(lines.list.get(0).getFormattedMessage()).contains("NoSuchFileException");
    Files.writeString(file, FIRST);
    checkLater(policy);
    assertThat(told()).as("that it is good again is news").containsExactly("WARN", "INFO");
  }

  @Test
  void aFileThatIsTouched_isNoNews() throws IOException {
    ReloadingPolicy policy = open();
    replaceBy(FIRST);
    checkLater(policy);
    assertThat(reloaded).isEmpty();
    assertThat(lines.list).isEmpty();
  }

  @Test
  void theFile_isLookedAtOnceASecondHoweverOftenItIsChecked() throws IOException {
    ReloadingPolicy policy = open();
    replaceBy(OTHER);
    policy.check();
    nanos.addAndGet(Duration.ofMillis(999).toNanos());
    policy.check();
    assertThat(inForce(policy)).isEqualTo("first");
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    policy.check();
    assertThat(inForce(policy)).isEqualTo("other");
  }

  @Test
  void aListenerThatThrows_doesNotEndTheTimer() throws IOException {
    ReloadingPolicy policy =
        ReloadingPolicy.open(
            file,
            nanos::get,
            clock,
            document -> {
              throw new IllegalArgumentException("by a defect");
            });
    replaceBy(OTHER);
    checkLater(policy);
    assertThat(inForce(policy)).isEqualTo("other");
    assertThat(told()).containsExactly("INFO", "ERROR");
    replaceBy(FIRST);
    checkLater(policy);
    assertThat(inForce(policy)).isEqualTo("first");
  }

  @Test
  void whileOneThreadChecks_othersReadAndReturn() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    ReloadingPolicy policy =
        ReloadingPolicy.open(
            file,
            nanos::get,
            clock,
            document -> {
              entered.countDown();
              await(leave);
            });
    replaceBy(OTHER);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    Thread checker = new Thread(policy::check, "checker");
    checker.start();
    try {
      assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
      replaceBy(FIRST);
      checkLater(policy);
      assertThat(inForce(policy)).as("the other thread is at it").isEqualTo("other");
    } finally {
      leave.countDown();
      checker.join(10_000);
    }
    assertThat(checker.isAlive()).isFalse();
    checkLater(policy);
    assertThat(inForce(policy)).isEqualTo("first");
  }

  private ReloadingPolicy open() {
    return ReloadingPolicy.open(file, nanos::get, clock, reloaded::add);
  }

  private void checkLater(ReloadingPolicy policy) {
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    policy.check();
  }

  private void replaceBy(String text) throws IOException {
    Path next = Files.writeString(directory.resolve("next"), text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private List<String> told() {
    return lines.list.stream().map(line -> line.getLevel().toString()).toList();
  }

  private static String inForce(ReloadingPolicy policy) {
    return policy.current().policy().rules().stream().map(Rule::name).findFirst().orElseThrow();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
