package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.names.Digest;
import dev.penstock.client.registry.FakeHttpServer.Request;
import dev.penstock.client.registry.RegistryException.Kind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What refers to a manifest, with and without the registry's help. */
final class ReferrerListTest extends ReaderFixture {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String SBOM = "application/spdx+json";
  private static final String SIGNATURE = "application/vnd.example.signature";
  private static final Digest SUBJECT = digest(0);
  private static final String PATH = "/v2/team/app/referrers/" + SUBJECT;
  private static final String TAG = "sha256-" + SUBJECT.value().substring("sha256:".length());
  private static final String TAGGED = "/v2/team/app/manifests/" + TAG;

  @Test
  void referrers_areToldWithAllThatIsSaidOfThem() throws Exception {
    String described =
        """
        {"mediaType":"a/b","digest":"%s","size":77,"artifactType":"%s","platform":{"os":"x"},
         "annotations":{"org.example.made":"today","odd":5},"data":"aGk="}"""
            .formatted(digest(1), SBOM);
    serve(PATH, Map.of(), described);
    assertThat(list("").entries())
        .containsExactly(
            new Referrer("a/b", digest(1), 77, SBOM, Map.of("org.example.made", "today")));
    assertThat(registry.requests().get(0).target()).isEqualTo(PATH);
    assertThat(registry.requests().get(0).header("Accept")).isEqualTo(INDEX);
  }

  @Test
  void artifactType_isFilteredHereWhenTheRegistryDoesNot() throws Exception {
    serve(PATH, Map.of(), entry(1, SBOM), entry(2, SIGNATURE), entry(3, SBOM));
    assertThat(digests(list(SBOM))).containsExactly(digest(1), digest(3));
    assertThat(registry.requests().get(0).target())
        .isEqualTo(PATH + "?artifactType=application%2Fspdx%2Bjson");
  }

  @Test
  void artifactType_isFilteredOnceWhenTheRegistryDoes() throws Exception {
    Map<String, String> applied = Map.of("OCI-Filters-Applied", "other, artifactType");
    serve(PATH, applied, entry(1, SBOM), entry(2, ""));
    assertThat(digests(list(SBOM))).containsExactly(digest(1), digest(2));
  }

  @Test
  void referrers_goOnByLink_andKeepTheFilter() throws Exception {
    registry.on(
        PATH,
        (request, out) -> {
          boolean isSecond = "2".equals(FakeList.parameter(request, "page"));
          Map<String, String> link = Map.of("Link", "<" + PATH + "?page=2>; rel=\"next\"");
          reply(
              out,
              200,
              isSecond ? Map.of() : link,
              index(entry(isSecond ? 2 : 1, SBOM), entry(3, SIGNATURE)));
        });
    Page<Referrer> first = list(SBOM);
    Page<Referrer> second = list(new ReferrerRequest(SBOM, first.next()));
    assertThat(digests(first)).containsExactly(digest(1));
    assertThat(digests(second)).containsExactly(digest(2));
    assertThat(second.next()).isNull();
  }

  @Test
  void link_thatIsGivenAgainIsAnError() throws Exception {
    serve(PATH, Map.of("Link", "<?page=2>; rel=next"), entry(1, SBOM));
    PageToken next = list("").next();
    assertFails(next, Kind.UNSUPPORTED);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 406, 501})
  void registryWithoutTheApi_isReadByTheTagInItsPlace(int status) throws Exception {
    registry.on(PATH, (request, out) -> reply(out, status));
    registry.manifest(TAG, new String(index(entry(1, SBOM), entry(2, SIGNATURE)), UTF_8));
    assertThat(digests(list(""))).containsExactly(digest(1), digest(2));
    assertThat(digests(list(SIGNATURE))).containsExactly(digest(2));
    assertThat(registry.requests())
        .extracting(Request::path)
        .containsExactly(PATH, TAGGED, PATH, TAGGED);
  }

  @Test
  void webPage_standsForARegistryWithoutTheApi() throws Exception {
    registry.on(
        PATH,
        (request, out) ->
            reply(out, 200, Map.of("Content-Type", "text/html"), "<html>".getBytes(UTF_8)));
    registry.manifest(TAG, new String(index(entry(1, SBOM)), UTF_8));
    assertThat(digests(list(""))).containsExactly(digest(1));
  }

  @Test
  void noTagInItsPlace_isAnEmptyList() throws Exception {
    assertThat(list("")).isEqualTo(new Page<>(List.of(), null));
    assertThat(registry.requests()).extracting(Request::path).containsExactly(PATH, TAGGED);
  }

  @Test
  void imageUnderThatTag_hasNoReferrers() throws Exception {
    registry.manifest(TAG, "{\"schemaVersion\":2,\"layers\":[]}");
    assertThat(list("").entries()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"500, FAILING", "429, THROTTLED", "403, DENIED"})
  void otherFailure_isNotTakenForAMissingApi(int status, Kind kind) {
    registry.on(PATH, (request, out) -> reply(out, status));
    assertFails(null, kind);
    assertThat(registry.requests()).extracting(Request::path).containsOnly(PATH);
  }

  @Test
  void laterPage_hasNoTagInItsPlace() {
    registry.on(PATH, (request, out) -> reply(out, 404));
    assertFails(new PageToken("link:page=2"), Kind.NOT_FOUND);
    assertThat(registry.requests()).hasSize(1);
  }

  @Test
  void failingTag_isNoEmptyList() {
    registry.on(TAGGED, (request, out) -> reply(out, 503));
    assertFails(null, Kind.FAILING);
  }

  @Test
  void entriesThatAreNoDescriptors_areLeftOut() throws Exception {
    serve(
        PATH,
        Map.of(),
        "5",
        "null",
        "[]",
        "{}",
        "{\"mediaType\":\"a/b\",\"digest\":\"sha512:00\",\"size\":1}",
        "{\"mediaType\":\"a/b\",\"digest\":\"%s\",\"size\":-1}".formatted(digest(1)),
        "{\"mediaType\":\"a/b\",\"digest\":\"%s\",\"size\":\"1\"}".formatted(digest(1)),
        "{\"mediaType\":5,\"digest\":\"%s\",\"size\":1}".formatted(digest(1)),
        "{\"mediaType\":\"a/b\",\"digest\":\"%s\",\"size\":1,\"annotations\":[]}"
            .formatted(digest(2)));
    assertThat(list("").entries()).containsExactly(new Referrer("a/b", digest(2), 1, "", Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spdx", "a/b/c", "a/b&n=1", "/", "a/b c", "a/é", " a/b"})
  void artifactType_thatIsNoMediaTypeIsRefused(String type) {
    assertThatThrownBy(() -> new ReferrerRequest(type, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("artifact_type");
  }

  @Test
  void tokenOfAnotherList_isRefused() {
    assertThatThrownBy(() -> new ReferrerRequest("", PageToken.after("v1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("page_token");
  }

  private void serve(String path, Map<String, String> headers, String... entries) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("Content-Type", INDEX);
    registry.on(path, (request, out) -> reply(out, 200, all, index(entries)));
  }

  private static byte[] index(String... entries) {
    return Arrays.stream(entries)
        .collect(Collectors.joining(",", "{\"schemaVersion\":2,\"manifests\":[", "]}"))
        .getBytes(UTF_8);
  }

  private static String entry(int number, String artifactType) {
    return "{\"mediaType\":\"a/b\",\"digest\":\"%s\",\"size\":1,\"artifactType\":\"%s\"}"
        .formatted(digest(number), artifactType);
  }

  private static Digest digest(int number) {
    return Digest.of(new byte[] {(byte) number});
  }

  private static List<Digest> digests(Page<Referrer> page) {
    return page.entries().stream().map(Referrer::digest).toList();
  }

  private Page<Referrer> list(String artifactType) throws Exception {
    return list(new ReferrerRequest(artifactType, null));
  }

  private Page<Referrer> list(ReferrerRequest request) throws Exception {
    return get(reader.referrers(REPOSITORY, SUBJECT, request));
  }

  private void assertFails(@Nullable PageToken token, Kind kind) {
    Throwable failure = catchThrowable(() -> list(new ReferrerRequest("", token)));
    assertThat(cause(failure).kind()).isEqualTo(kind);
  }
}
