package dev.penstock.testing.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.testing.hops.HopChain;
import dev.penstock.testing.hops.Hops;
import dev.penstock.testing.ingress.Ingress;
import dev.penstock.testing.ingress.IngressProduct;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.PeerProcess;
import dev.penstock.testing.peers.RequiresPeer;
import dev.penstock.testing.peers.TestIdentity;
import dev.penstock.testing.registry.EmbeddedRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock-client doctor} as its user has it: the jar, and real programs on the path. */
class DoctorProcessTest {
  /** What the documentation promises of any path, and a slow machine's share. */
  private static final Duration WITHIN_A_MINUTE = Duration.ofMinutes(2);

  private static final Pattern NOTHING = Pattern.compile("(?!)");

  @TempDir Path directory;

  @Test
  @RequiresPeer({PeerBinary.DOCKER_REGISTRY, PeerBinary.SKOPEO, PeerBinary.NGINX})
  void healthyPath_hasNothingToMend_andTheClientBesideItIsNotTouched() throws Exception {
    PublishedImage image = PublishedImage.push(directory);
    TestIdentity shown = TestIdentity.create(directory);
    try (var registry = image.registry().start();
        Deployment penstock = Deployment.builder(directory).registry(registry.url()).start();
        Ingress nginx =
            Ingress.recommended(IngressProduct.NGINX)
                .tls(shown)
                .start(directory, penstock.publicAddress())) {
      int attached = penstock.server().tunnels().attached();
      JsonObject report =
          json(
              doctor(
                  nginx.server(),
                  penstock,
                  0,
                  "--ca",
                  shown.certificate().toString(),
                  "--registry",
                  registry.url().toString(),
                  "--repository",
                  Names.REPOSITORY + ":" + PublishedImage.TAG,
                  "--json"));
      assertThat(verdicts(report)).doesNotContain("FAIL");
      assertThat(layers(report))
          .containsSubsequence(
              "settings",
              "names",
              "tcp",
              "proxy",
              "tls",
              "http",
              "upgrade",
              "hops",
              "token",
              "messages",
              "round trip",
              "throughput",
              "throughput",
              "limits",
              "registry");
      assertThat(seen(report)).anyMatch(line -> line.contains("manifest"));
      assertThat(penstock.server().tunnels().attached()).isEqualTo(attached);
      assertThat(penstock.server().tunnels().resumes()).isZero();
      assertThat(penstock.caller().statBlob(Names.stat(image.layer().digest())).getSize())
          .isEqualTo(image.layer().size());
    }
  }

  @Test
  void hopThatSaysNothing_isToldInTime_andWhatIsBehindItIsSkipped() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.builder().start();
        Deployment penstock = Deployment.builder(directory).registry(registry.url()).start();
        HopChain hole = HopChain.start(penstock.publicAddress(), Hops.parse("black-hole"))) {
      String told =
          doctor(ws(hole.address()), penstock, 3, "--registry", registry.url().toString()).output();
      assertThat(told)
          .contains("nobody-answers", "A transfer could not work")
          .containsPattern("(?m)^SKIP  token")
          .containsPattern("(?m)^PASS  registry");
    }
  }

  /** A firewall that drops packets: here, a listener whose queue is full answers no more SYN. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void packetsThatVanish_areToldInTime() throws Exception {
    List<Socket> queued = new ArrayList<>();
    try (EmbeddedRegistry registry = EmbeddedRegistry.builder().start();
        Deployment penstock = Deployment.builder(directory).registry(registry.url()).start();
        ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
      fill(address, queued);
      String told =
          doctor(ws(address), penstock, 3, "--registry", registry.url().toString()).output();
      assertThat(told)
          .containsPattern("(?m)^FAIL  tcp")
          .containsPattern("(?m)^SKIP  upgrade")
          .containsPattern("(?m)^PASS  registry");
    } finally {
      for (Socket each : queued) {
        each.close();
      }
    }
  }

  private static void fill(InetSocketAddress address, List<Socket> queued) throws IOException {
    for (boolean isFull = false; !isFull; ) {
      Socket socket = new Socket();
      queued.add(socket);
      try {
        socket.connect(address, 300);
      } catch (IOException e) {
        isFull = true;
      }
    }
  }

  @Test
  void interrupt_endsTheLongRun_withWhatIsKnown() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.builder().start();
        Deployment penstock = Deployment.builder(directory).registry(registry.url()).start()) {
      List<String> command =
          command(
              ws(penstock.publicAddress()),
              penstock,
              "--registry",
              registry.url().toString(),
              "--long");
      Path output = directory.resolve("doctor.log");
      try (PeerProcess doctor =
          PeerProcess.start(command, output, Pattern.compile("throughput +\\d.* down:"))) {
        var unused = doctor.await(Bounds.PROCESS);
        doctor.signal("INT");
        doctor.awaitEnd(Bounds.PROCESS);
      }
      assertThat(Files.readString(output))
          .containsPattern("(?m)^SKIP  limits")
          .contains("A transfer can work");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  @RequiresPeer({PeerBinary.DOCKER_REGISTRY, PeerBinary.SKOPEO, PeerBinary.SQUID})
  void bundle_hasEverythingThatHelps_andNoSecret() throws Exception {
    Path bundle = directory.resolve("ticket.zip");
    try (SecretPlant plant = new SecretPlant(directory);
        Deployment penstock =
            Deployment.builder(directory).registry(plant.basic.url()).clients(0).start()) {
      List<String> more = new ArrayList<>(plant.arguments());
      more.addAll(List.of("--bundle", bundle.toString(), "--repository", "basic=team/app"));
      more.addAll(
          List.of("--proxy", plant.squid.urlFor(SecretPlant.PROXY_USER.username()).toString()));
      String secretInVariable = SecretPlant.PROXY_USER.password();
      Path output = directory.resolve("doctor.log");
      try (PeerProcess doctor =
          PeerProcess.start(
              command(ws(penstock.publicAddress()), penstock, more.toArray(String[]::new)),
              output,
              NOTHING,
              Map.of(
                  "PENSTOCK_PROXY_PASSWORD",
                  secretInVariable,
                  "HTTPS_PROXY",
                  "http://u:" + secretInVariable + "@proxy.invalid:3128",
                  "PATH",
                  plant.helpers() + ":" + System.getenv("PATH")))) {
        doctor.awaitEnd(WITHIN_A_MINUTE);
      }
      String told = Files.readString(output);
      Secrets secrets =
          plant.allSecrets().add("the token", Files.readString(penstock.tunnelTokenFile()).strip());
      secrets.expectNoneIn("what the doctor printed", told);
      assertThat(plant.squid.accesses()).anyMatch(line -> line.contains("CONNECT"));
      Map<String, String> entries = Zip.read(bundle);
      assertThat(entries.keySet())
          .containsExactlyInAnyOrder(
              "report.txt",
              "report.json",
              "settings.yaml",
              "certificates.pem",
              "arrived.json",
              "environment.txt");
      entries.forEach(secrets::expectNoneIn);
      assertThat(entries.get("report.txt")).as(told).contains("registry", "upgrade");
      assertThat(entries.get("settings.yaml")).contains("basic=", "team/**");
      assertThat(entries.get("arrived.json")).contains("hop_by_hop");
      assertThat(entries.get("environment.txt")).contains("HTTPS_PROXY");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bundle)))
          .isEqualTo("rw-------");
    }
  }

  /** The entries of a small archive, by name. */
  private static final class Zip {
    static Map<String, String> read(Path file) throws IOException {
      Map<String, String> entries = new TreeMap<>();
      try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          entries.put(entry.getName(), new String(zip.readAllBytes(), UTF_8));
        }
      }
      return entries;
    }
  }

  private ShortCommand doctor(URI server, Deployment penstock, int exitCode, String... more)
      throws IOException, InterruptedException {
    ShortCommand ran =
        ShortCommand.run(command(server, penstock, more), directory, WITHIN_A_MINUTE);
    assertThat(ran.exitCode()).as(ran.output() + ran.error()).isEqualTo(exitCode);
    return ran;
  }

  private List<String> command(URI server, Deployment penstock, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "doctor",
                "--server",
                server.toString(),
                "--tunnel",
                Names.TUNNEL,
                "--token-file",
                penstock.tunnelTokenFile().toString(),
                "--allow",
                Names.ALLOWED));
    arguments.addAll(List.of(more));
    return PenstockJars.client(List.of(), arguments.toArray(String[]::new));
  }

  private static URI ws(InetSocketAddress address) {
    return URI.create("ws://127.0.0.1:" + address.getPort());
  }

  private static JsonObject json(ShortCommand ran) {
    return JsonParser.parseString(ran.output()).getAsJsonObject();
  }

  private static List<String> verdicts(JsonObject report) {
    return each(report, "verdict");
  }

  private static List<String> layers(JsonObject report) {
    return each(report, "layer");
  }

  private static List<String> seen(JsonObject report) {
    return each(report, "seen");
  }

  private static List<String> each(JsonObject report, String name) {
    List<String> values = new ArrayList<>();
    report
        .getAsJsonArray("lines")
        .forEach(line -> values.add(line.getAsJsonObject().get(name).getAsString()));
    return values;
  }
}
