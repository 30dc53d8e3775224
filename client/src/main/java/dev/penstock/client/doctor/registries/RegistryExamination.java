package dev.penstock.client.doctor.registries;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.check.Finding;
import dev.penstock.client.check.Outcome;
import dev.penstock.client.check.Probes;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.policy.Access;
import dev.penstock.client.policy.Operation;
import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.Verdict;
import dev.penstock.client.policy.file.PolicyFile;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.tunnel.connection.EventLoops;
import dev.penstock.tunnel.connection.TlsFiles;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All registries at once, from the moment on that it is begun: they are elsewhere than the server,
 * and need not wait for what is found on the way there. Whoever begins it closes it.
 */
final class RegistryExamination implements AutoCloseable {
  private final ClientConfig config;
  private final @Nullable ManifestName manifest;
  private final Probes probes;
  private final SslContext tls;
  private final EventLoopGroup loop;
  private final List<CompletableFuture<Results>> results = new ArrayList<>();

  private RegistryExamination(
      ClientConfig config, @Nullable ManifestName manifest, Probes probes, SslContext tls) {
    this.config = config;
    this.manifest = manifest;
    this.probes = probes;
    this.tls = tls;
    loop =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("penstock-doctor-registries", true),
            EventLoops.ioHandlerFactory());
  }

  /** The lines of one registry, and of what kind its worst failure is. */
  record Results(List<Line> lines, Outcome outcome) {}

  /**
   * Begins with all.
   *
   * @param environment of credential helpers
   * @throws IOException naming the file that cannot be used
   */
  static RegistryExamination begin(
      ClientConfig config, Map<String, String> environment, @Nullable ManifestName manifest)
      throws IOException {
    SslContext tls = TlsFiles.dialling(config.registryNetwork().tls());
    RegistryExamination begun =
        new RegistryExamination(config, manifest, Probes.open(config, environment), tls);
    config.registries().forEach(registry -> begun.results.add(begun.examine(registry)));
    return begun;
  }

  /** In the order of the configuration; these never fail. */
  List<CompletableFuture<Results>> results() {
    return results;
  }

  private CompletableFuture<Results> examine(RegistryEndpoint registry) {
    return new RegistryConnection(config, registry)
        .examine(tls, loop.next())
        .thenComposeAsync(way -> isBroken(way) ? noFurther(registry, way) : login(registry, way));
  }

  private static boolean isBroken(List<Line> way) {
    return way.get(way.size() - 1).verdict() == dev.penstock.client.doctor.visit.Verdict.FAIL;
  }

  private CompletableFuture<Results> noFurther(RegistryEndpoint registry, List<Line> way) {
    List<Line> lines = new ArrayList<>(way);
    String why = "because '%s' failed".formatted(way.get(way.size() - 1).subject());
    lines.add(Line.skip(RegistriesLayer.NAME, registry.name() + " login", why));
    lines.add(Line.skip(RegistriesLayer.NAME, registry.name() + " manifest", why));
    return CompletableFuture.completedFuture(new Results(lines, Outcome.UNREACHABLE));
  }

  private CompletableFuture<Results> login(RegistryEndpoint registry, List<Line> way) {
    Time watch = Time.start();
    return probes
        .registry(registry)
        .thenCompose(
            finding -> {
              List<Line> lines = new ArrayList<>(way);
              lines.add(line(registry.name() + " login", watch.elapsed(), finding));
              return manifest(registry, new Results(lines, finding.outcome()));
            });
  }

  private CompletableFuture<Results> manifest(RegistryEndpoint registry, Results so) {
    String subject = registry.name() + " manifest";
    ManifestName wanted = manifest;
    if (so.outcome().isFailure()) {
      return skip(so, subject, "because '%s login' failed".formatted(registry.name()));
    }
    if (wanted == null || !registry.name().equals(registryOf(wanted))) {
      return search(registry, so, subject);
    }
    Verdict verdict =
        policy().judge(Access.to(registry.name(), wanted.repository(), Operation.FETCH_MANIFEST));
    return verdict.isAllowed()
        ? read(registry, wanted, so, subject)
        : skip(so, subject, "%s may not be read: %s".formatted(wanted, verdict.reason()));
  }

  private CompletableFuture<Results> search(RegistryEndpoint registry, Results so, String subject) {
    return new ManifestSearch(probes.reader(registry), policy())
        .run()
        .thenCompose(found -> read(registry, found, so, subject))
        .exceptionallyCompose(
            failure -> skip(so, subject, notFound(registry, HttpTransport.unwrap(failure))));
  }

  private static String notFound(RegistryEndpoint registry, Throwable why) {
    return "none was found to read: %s; to read one, give --repository %s=NAME[:TAG]"
        .formatted(why.getMessage(), registry.name());
  }

  private String registryOf(ManifestName wanted) {
    return wanted.registry().isEmpty() ? config.registries().get(0).name() : wanted.registry();
  }

  private CompletableFuture<Results> read(
      RegistryEndpoint registry, ManifestName wanted, Results so, String subject) {
    Time watch = Time.start();
    return probes
        .manifest(registry, wanted.repository(), wanted.reference())
        .thenApply(finding -> and(so, line(subject, watch.elapsed(), finding), finding.outcome()));
  }

  private Policy policy() {
    Path file = config.policyFile();
    try {
      return file == null ? config.policy() : PolicyFile.read(file).policy();
    } catch (IllegalArgumentException e) {
      return new Policy(List.of()); // the settings' line says what is wrong with it
    }
  }

  private static CompletableFuture<Results> skip(Results so, String subject, String why) {
    return CompletableFuture.completedFuture(
        and(so, Line.skip(RegistriesLayer.NAME, subject, why), Outcome.OK));
  }

  private static Results and(Results so, Line line, Outcome outcome) {
    List<Line> lines = new ArrayList<>(so.lines());
    lines.add(line);
    return new Results(lines, outcome.compareTo(so.outcome()) > 0 ? outcome : so.outcome());
  }

  private static Line line(String subject, Duration took, Finding finding) {
    return Line.of(RegistriesLayer.NAME, subject, took, finding);
  }

  @Override
  public void close() {
    probes.close();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
