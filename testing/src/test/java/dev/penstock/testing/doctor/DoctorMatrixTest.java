package dev.penstock.testing.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.client.doctor.Examination;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.report.TextReport;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.testing.ingress.IngressProduct;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.readme.ReadmeTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The doctor names the hop and the cause on every broken path, and finds nothing that fails on the
 * healthy ones. The README's table has the same rows.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoctorMatrixTest {
  private static final String README_HEADER =
      "| path, from the client on | what is wrong | the doctor's finding | line to change |";

  /** Paths are mostly waited for. */
  private static final int AT_ONCE = 5;

  private static final long BOUND_MINUTES = 8;

  private final ExecutorService examining = Executors.newFixedThreadPool(AT_ONCE);
  private final Map<String, Future<Examination>> examinations = new HashMap<>();
  @TempDir static Path directory;
  private @Nullable PathClinic clinic;

  /** A path that nothing is wrong with. */
  record HealthyPath(String path, List<Step> steps) {
    static HealthyPath of(String path, Step... steps) {
      return new HealthyPath(path, List.of(steps));
    }

    @Override
    public String toString() {
      return path;
    }
  }

  @Test
  void readme_hasARowForEachBrokenPath() throws IOException {
    List<String> rows = broken().stream().map(BrokenPath::row).toList();
    assertThat(rows).doesNotHaveDuplicates();
    assertThat(broken()).extracting(BrokenPath::toString).doesNotHaveDuplicates();
    assertThat(ReadmeTable.rows(README_HEADER))
        .as("should be:\n%s", String.join("\n", rows))
        .isEqualTo(rows);
  }

  static List<BrokenPath> broken() {
    return BrokenPaths.all();
  }

  static List<HealthyPath> healthy() {
    return List.of(
        HealthyPath.of("direct"),
        HealthyPath.of("TLS that ends before the server", Step.recommended(IngressProduct.NGINX)),
        HealthyPath.of("nginx", Step.plain(IngressProduct.NGINX)),
        HealthyPath.of("HAProxy", Step.recommended(IngressProduct.HAPROXY)),
        HealthyPath.of("Apache httpd", Step.recommended(IngressProduct.APACHE)),
        HealthyPath.of("squid", Step.squid()),
        HealthyPath.of("squid with a password", Step.squidForUser()),
        HealthyPath.of(
            "squid, HAProxy, nginx",
            Step.squid(),
            Step.recommended(IngressProduct.HAPROXY),
            Step.plain(IngressProduct.NGINX)),
        HealthyPath.of(
            "nginx, Apache httpd",
            Step.recommended(IngressProduct.NGINX),
            Step.plain(IngressProduct.APACHE)),
        HealthyPath.of("Cloudflare, AWS ALB (both played)", Step.hops("cloudflare", "aws-alb")));
  }

  @BeforeAll
  void begin() throws Exception {
    PathClinic started = new PathClinic(directory);
    clinic = started;
    // Those that take longest first.
    Stream.of(true, false)
        .flatMap(isWatched -> broken().stream().filter(path -> path.isWatched() == isWatched))
        .forEach(path -> begin(started, path, path.steps(), path.isWatched()));
    healthy().forEach(path -> begin(started, path, path.steps(), false));
  }

  private void begin(PathClinic started, Object path, List<Step> steps, boolean isWatched) {
    if (missing(steps).isEmpty()) {
      examinations.put(path.toString(), examining.submit(() -> started.examine(steps, isWatched)));
    }
  }

  private static List<String> missing(List<Step> steps) {
    return steps.stream()
        .flatMap(step -> step.needs().stream())
        .filter(peer -> peer.find().isEmpty())
        .map(PeerBinary::command)
        .toList();
  }

  private Examination of(Object path, List<Step> steps) throws Exception {
    assumeTrue(missing(steps).isEmpty(), () -> "missing peers: " + missing(steps));
    return Objects.requireNonNull(examinations.get(path.toString()))
        .get(BOUND_MINUTES, TimeUnit.MINUTES);
  }

  @AfterAll
  void end() throws Exception {
    examining.shutdownNow();
    assertThat(examining.awaitTermination(BOUND_MINUTES, TimeUnit.MINUTES)).isTrue();
    if (clinic != null) {
      clinic.close();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void brokenPath_isExplained(BrokenPath path) throws Exception {
    Examination examination = of(path, path.steps());
    String report = path + "\n" + TextReport.of(examination);
    List<Diagnosis> found = findings(examination);
    assertThat(found).as(report).isNotEmpty();
    assertThat(found)
        .as(report)
        .allSatisfy(
            diagnosis -> {
              assertThat(diagnosis.cause()).isEqualTo(path.cause());
              assertThat(diagnosis.hop()).matches(path.hopPattern());
              assertThat(diagnosis.remedy()).contains(path.line());
            });
    assertThat(examination.verdict())
        .as(report)
        .isEqualTo(path.isFatal() ? Verdict.FAIL : Verdict.WARN);
    assertThat(examination.outcome().isFailure()).as(report).isEqualTo(path.isFatal());
  }

  private static List<Diagnosis> findings(Examination examination) {
    return examination.lines().stream()
        .flatMap(line -> Stream.ofNullable(line.diagnosis()))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("healthy")
  void healthyPath_hasNothingThatFails(HealthyPath path) throws Exception {
    Examination examination = of(path, path.steps());
    String report = path + "\n" + TextReport.of(examination);
    assertThat(examination.lines()).as(report).noneMatch(line -> line.verdict() == Verdict.FAIL);
    assertThat(findings(examination)).as(report).isEmpty();
    assertThat(examination.outcome().isFailure()).as(report).isFalse();
    long millis = examination.lines().stream().mapToLong(DoctorMatrixTest::millis).sum();
    System.out.printf("doctor on a healthy path, %s: %d ms%n", path, millis);
  }

  private static long millis(Line line) {
    return line.took().toMillis();
  }
}
