package dev.penstock.testing.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.image.Manifest;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Repositories, tags and referrers. */
class EmbeddedListsTest {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private EmbeddedRegistry registry = EmbeddedRegistry.builder().pageCap(3).start();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void repositories_areGivenInPages() throws Exception {
    addRepositories();
    HttpResponse<String> first = get("/v2/_catalog?n=2");
    assertThat(names(first, "repositories")).containsExactly("a", "b");
    assertThat(link(first)).isEqualTo("</v2/_catalog?last=b&n=2>; rel=\"next\"");
    HttpResponse<String> capped = get("/v2/_catalog?n=9&last=a");
    assertThat(names(capped, "repositories")).containsExactly("b", "c/d", "e");
    assertThat(link(capped)).isEmpty();
    assertThat(link(get("/v2/_catalog"))).isEqualTo("</v2/_catalog?last=c%2Fd>; rel=\"next\"");
    assertThat(get("/v2/_catalog?n=x").statusCode()).isEqualTo(400);
  }

  @Test
  void tags_areThoseOfTheRepository() throws Exception {
    Image image = Image.singleArch(List.of(Blob.generated(1, 10)));
    registry.add("team/app", "2.0", image);
    registry.add("team/app", "1.0", image);
    assertThat(names(get("/v2/team/app/tags/list"), "tags")).containsExactly("1.0", "2.0");
    assertThat(get("/v2/team/none/tags/list").statusCode()).isEqualTo(404);
  }

  @Test
  void referrers_areThoseOfTheSubject_byTypeIfAsked() throws Exception {
    Manifest subject = manifest("{\"schemaVersion\":2}");
    Manifest sbom = referrer(subject, "application/spdx+json");
    Manifest signature = referrer(subject, "application/x-signature");
    for (Manifest each : List.of(subject, sbom, signature)) {
      registry.add("team/app", each);
    }
    String path = "/v2/team/app/referrers/" + subject.digest();
    assertThat(digests(get(path))).containsExactlyInAnyOrder(sbom.digest(), signature.digest());
    HttpResponse<String> filtered = get(path + "?artifactType=application%2Fspdx%2Bjson");
    assertThat(digests(filtered)).containsExactly(sbom.digest());
    assertThat(filtered.headers().firstValue("OCI-Filters-Applied")).contains("artifactType");
    assertThat(digests(get("/v2/team/app/referrers/" + sbom.digest()))).isEmpty();
    registry.breakLists(ListFault.IGNORES_ARTIFACT_TYPE);
    HttpResponse<String> unfiltered = get(path + "?artifactType=application%2Fspdx%2Bjson");
    assertThat(digests(unfiltered)).hasSize(2);
    assertThat(unfiltered.headers().firstValue("OCI-Filters-Applied")).isEmpty();
  }

  @Test
  void faults_areThoseThatWereSet() throws Exception {
    addRepositories();
    registry.breakLists(ListFault.IGNORES_PAGES);
    assertThat(names(get("/v2/_catalog?n=2&last=b"), "repositories")).hasSize(4);
    registry.breakLists(ListFault.NO_LINK);
    assertThat(link(get("/v2/_catalog?n=2"))).isEmpty();
    registry.breakLists(ListFault.SAME_LINK);
    assertThat(link(get("/v2/_catalog?n=2"))).isEqualTo("</v2/_catalog?n=2>; rel=\"next\"");
    assertThat(link(get("/v2/_catalog?last=b"))).contains("?last=b>");
    registry.breakLists(ListFault.FOREIGN_LINK);
    assertThat(link(get("/v2/_catalog?n=2"))).startsWith("<http://registry.example/v2/_catalog?");
    registry.breakLists(ListFault.NO_CATALOG, ListFault.NO_REFERRERS);
    assertThat(get("/v2/_catalog").statusCode()).isEqualTo(404);
    assertThat(get("/v2/a/referrers/sha256:" + "0".repeat(64)).statusCode()).isEqualTo(404);
    registry.breakLists();
    assertThat(get("/v2/_catalog").statusCode()).isEqualTo(200);
  }

  @Test
  void catalog_wantsATokenOfItsOwn() throws Exception {
    registry.close();
    registry = EmbeddedRegistry.builder().access(new Access.AnonymousBearer()).start();
    assertThat(get("/v2/_catalog").headers().firstValue("WWW-Authenticate"))
        .hasValueSatisfying(value -> assertThat(value).endsWith("scope=\"registry:catalog:*\""));
    assertThat(get("/v2/team/app/tags/list").headers().firstValue("WWW-Authenticate"))
        .hasValueSatisfying(value -> assertThat(value).endsWith("\"repository:team/app:pull\""));
  }

  private void addRepositories() {
    List.of("e", "c/d", "b", "a").forEach(registry::add);
  }

  private static Manifest manifest(String json) {
    return new Manifest(Blob.of(json.getBytes(UTF_8)), Manifest.IMAGE);
  }

  private static Manifest referrer(Manifest subject, String type) {
    return manifest(
        "{\"artifactType\":\"%s\",\"subject\":{\"digest\":\"%s\"}}"
            .formatted(type, subject.digest()));
  }

  private static String link(HttpResponse<String> response) {
    return response.headers().firstValue("Link").orElse("");
  }

  private static List<String> names(HttpResponse<String> response, String member) {
    return elements(response, member).map(JsonElement::getAsString).toList();
  }

  private static List<String> digests(HttpResponse<String> response) {
    return elements(response, "manifests")
        .map(each -> each.getAsJsonObject().get("digest").getAsString())
        .toList();
  }

  private static Stream<JsonElement> elements(HttpResponse<String> response, String member) {
    JsonArray array =
        JsonParser.parseString(response.body()).getAsJsonObject().getAsJsonArray(member);
    return StreamSupport.stream(array.spliterator(), false);
  }

  private HttpResponse<String> get(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(registry.url().resolve(path)).timeout(BOUND).build();
    return http.send(request, BodyHandlers.ofString());
  }
}
