package dev.penstock.testing.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.image.Manifest;
import dev.penstock.testing.image.OciLayout;
import dev.penstock.testing.registry.EmbeddedRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersTest {
  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir Path directory;

  @Test
  @RequiresPeer({PeerBinary.DOCKER_REGISTRY, PeerBinary.SKOPEO})
  void dockerRegistry_servesWhatSkopeoPushed() throws Exception {
    Blob layer = Blob.layer(7, 100_000);
    Image image = Image.multiArch(Map.of("amd64", List.of(layer), "arm64", List.of(layer)));
    OciLayout.write(directory.resolve("layout"), image, "1.0");
    try (DockerRegistry registry = DockerRegistry.start(directory)) {
      Path output = directory.resolve("skopeo.log");
      Skopeo.push(directory.resolve("layout"), "1.0", registry.url(), "team/app", output);
      String blobs = registry.url() + "/v2/team/app/blobs/";
      assertThat(Blob.of(get(blobs + layer.digest())).digest()).isEqualTo(layer.digest());
      String manifests = registry.url() + "/v2/team/app/manifests/";
      assertThat(Blob.of(get(manifests + image.top().digest())).digest())
          .isEqualTo(image.top().digest());
    }
  }

  @Test
  @RequiresPeer(PeerBinary.NGINX)
  void nginx_passesBlobsOn() throws Exception {
    Blob blob = Blob.generated(9, 3_000_000);
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.add("team/app", blob);
      try (Nginx nginx = Nginx.inFrontOf(registry.url(), directory)) {
        byte[] body = get(nginx.url() + "/v2/team/app/blobs/" + blob.digest());
        assertThat(Blob.of(body).digest()).isEqualTo(blob.digest());
      }
    }
  }

  @Test
  void process_thatEndsEarlyIsReportedWithItsOutput() throws Exception {
    List<String> command = List.of("/bin/sh", "-c", "echo out of order; exit 3");
    Path output = directory.resolve("output");
    try (PeerProcess process = PeerProcess.start(command, output, Pattern.compile("ready"))) {
      assertThatThrownBy(() -> process.await(Duration.ofSeconds(30)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ended without saying /ready/")
          .hasMessageContaining("out of order");
    }
  }

  @Test
  void process_isGoneAfterClose() throws Exception {
    List<String> command = List.of("/bin/sh", "-c", "echo ready; exec sleep 600");
    Path output = directory.resolve("output");
    PeerProcess process = PeerProcess.start(command, output, Pattern.compile("ready"));
    var unused = process.await(Duration.ofSeconds(30));
    assertThat(process.isAlive()).isTrue();
    process.close();
    assertThat(ProcessHandle.of(process.pid()).map(ProcessHandle::isAlive).orElse(false)).isFalse();
  }

  @Test
  void childrenOfAProcess_areGoneAfterClose() throws Exception {
    List<String> command = List.of("/bin/sh", "-c", "sleep 600 & echo child $!; wait");
    Path output = directory.resolve("output");
    PeerProcess process = PeerProcess.start(command, output, Pattern.compile("child (\\d+)"));
    long child = Long.parseLong(process.await(Duration.ofSeconds(30)).group(1));
    ProcessHandle handle = ProcessHandle.of(child).orElseThrow();
    process.close();
    assertThat(handle.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(handle);
  }

  @Test
  void awaitMatches_countsTheLinesAndFailsWhenTooFewCame() throws Exception {
    List<String> command = List.of("/bin/sh", "-c", "echo ready; echo ready; echo done");
    Path output = directory.resolve("output");
    try (PeerProcess process = PeerProcess.start(command, output, Pattern.compile("ready"))) {
      process.awaitMatches(2, Duration.ofSeconds(30));
      assertThatThrownBy(() -> process.awaitMatches(3, Duration.ofSeconds(30)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("for the time no. 3")
          .hasMessageContaining("done");
    }
  }

  private byte[] get(String url) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).header("Accept", Manifest.INDEX).build();
    return http.send(request, BodyHandlers.ofByteArray()).body();
  }
}
