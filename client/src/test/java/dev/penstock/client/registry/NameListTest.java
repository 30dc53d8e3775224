package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.names.Repository;
import dev.penstock.client.names.Tag;
import dev.penstock.client.registry.FakeHttpServer.Request;
import dev.penstock.client.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags and repositories, page by page, from registries of good and of bad manners. */
final class NameListTest extends ReaderFixture {
  private static final String TAGS = "/v2/team/app/tags/list";
  private static final String CATALOG = "/v2/_catalog";

  @Test
  void tags_goOnByLink() throws Exception {
    List<String> names = FakeList.names("v", 250);
    registry.on(TAGS, new FakeList("tags", names));
    assertThat(allTags(100)).isEqualTo(names);
    assertThat(registry.requests())
        .extracting(Request::target)
        .containsExactly(TAGS + "?n=100", TAGS + "?last=v00099&n=100", TAGS + "?last=v00199&n=100");
  }

  @Test
  void repositories_ofARegistryThatCapsPages_comeAll() throws Exception {
    List<String> names = FakeList.names("team/r", 20_000);
    registry.on(CATALOG, new FakeList("repositories", names).cappedAt(600));
    assertThat(allRepositories(1000)).isEqualTo(names);
    assertThat(registry.requests()).hasSize(34);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 99, 100, 101, 200, 250})
  void tags_withoutLinkGoOnAfterTheLastName(int count) throws Exception {
    List<String> names = FakeList.names("v", count);
    registry.on(TAGS, new FakeList("tags", names).withoutLink());
    assertThat(allTags(100)).isEqualTo(names);
    assertThat(registry.requests()).hasSize(count / 100 + 1);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "99, 1", "100, 3", "101, 1", "20000, 1"})
  void tags_ofARegistryWithoutPages_comeAllAndOnce(int count, int requests) throws Exception {
    List<String> names = FakeList.names("v", count);
    registry.on(TAGS, new FakeList("tags", names).withoutLink().ignoringSize().ignoringLast());
    assertThat(allTags(100)).isEqualTo(names);
    assertThat(registry.requests()).hasSize(requests);
  }

  @Test
  void tags_ofARegistryThatRepeatsTheLastName_comeOnce() throws Exception {
    List<String> names = FakeList.names("v", 250);
    registry.on(TAGS, new FakeList("tags", names).withoutLink().includingLast());
    assertThat(allTags(100)).isEqualTo(names);
  }

  @Test
  void tags_thatCannotBePaged_areAnErrorAndNotCutShort() {
    registry.on(TAGS, new FakeList("tags", FakeList.names("v", 250)).withoutLink().ignoringLast());
    RegistryException failure = cause(catchThrowable(() -> allTags(100)));
    assertThat(failure.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(failure).hasMessageContaining("tags of team/app", "page_size");
  }

  @ParameterizedTest
  @CsvSource({"0, 100", "1, 1", "1000, 1000", "1001, 1000", "2147483647, 1000"})
  void pageSize_hasADefaultAndAMaximum(int asked, int sent) throws Exception {
    registry.on(TAGS, new FakeList("tags", List.of("v1")));
    tags(new PageRequest(asked, null));
    assertThat(registry.requests().get(0).target()).isEqualTo(TAGS + "?n=" + sent);
    assertThatThrownBy(() -> new PageRequest(-1, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("page_size");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<?next=abc>; rel=\"next\"",
        "<list?next=abc>; rel=next",
        "</v2/team/app/tags/list?next=abc>; rel=\"next\"",
        "</v2/team/app/tags/li%73t?next=abc>; rel=\"next\"",
        "<ORIGIN/v2/team/app/tags/list?next=abc>; rel=\"next\"",
      })
  void link_relativeOrAbsoluteIsFollowed(String link) throws Exception {
    registry.on(TAGS, (request, out) -> linkOnFirstPage(request, out, link));
    PageToken next = tags(new PageRequest(10, null)).next();
    assertThat(next).isNotNull();
    assertThat(tags(new PageRequest(10, next)).next()).isNull();
    assertThat(registry.requests().get(1).target()).isEqualTo(TAGS + "?next=abc");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<http://elsewhere.example/v2/team/app/tags/list?n=1>; rel=next",
        "<//elsewhere.example/v2/team/app/tags/list?n=1>; rel=next",
        "<https://127.0.0.1/v2/team/app/tags/list?n=1>; rel=next",
        "</v2/team/other/tags/list?n=1>; rel=next",
        "</v2/team/app/../secret/tags/list?n=1>; rel=next",
        "</v2/_catalog?n=1>; rel=next",
        "<../../../_catalog?n=1>; rel=next",
        "<file:///etc/passwd?n=1>; rel=next",
        "<ORIGIN/v2/team/app/tags/list?a b>; rel=next",
        "<?a#b>; rel=next",
        "<?%zz>; rel=next",
      })
  void link_toSomewhereElseIsRefused(String link) {
    registry.on(TAGS, (request, out) -> linkOnFirstPage(request, out, link));
    assertTagsFail(Kind.UNSUPPORTED, "next page");
    assertThat(registry.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<?n=10>; rel=next", "</v2/team/app/tags/list>; rel=next"})
  void link_toThePageItselfIsAnError(String link) {
    registry.on(TAGS, (request, out) -> linkOnFirstPage(request, out, link));
    assertTagsFail(Kind.UNSUPPORTED, "no end");
  }

  @Test
  void link_thatIsGivenAgainIsAnError() throws Exception {
    registry.on(
        TAGS, (request, out) -> reply(out, 200, Map.of("Link", "<?x=1>; rel=next"), json("v1")));
    PageToken next = tags(new PageRequest(10, null)).next();
    Throwable failure = catchThrowable(() -> tags(new PageRequest(10, next)));
    assertThat(cause(failure).kind()).isEqualTo(Kind.UNSUPPORTED);
  }

  @Test
  void registryBelowAPath_isAskedThere_whateverItsLinksSay() throws Exception {
    reader = reader(URI.create(registry.uri() + "/mirror"));
    registry.on(
        "/mirror" + TAGS,
        (request, out) -> linkOnFirstPage(request, out, "<" + TAGS + "?next=abc>; rel=next"));
    PageToken next = tags(new PageRequest(10, null)).next();
    tags(new PageRequest(10, next));
    assertThat(registry.requests().get(1).target()).isEqualTo("/mirror" + TAGS + "?next=abc");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n=10",
        "link",
        "link:a b",
        "link:a#b",
        "link:%z0",
        "link:%",
        "link:é",
        "link:x\r\nHost: evil",
        "link:\"<>",
        "last:a\\b",
      })
  void token_thatNoPageGaveIsRefused(String token) {
    assertThatThrownBy(() -> new PageToken(token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("page_token");
  }

  @Test
  void token_isNoLongerThanARequestLine() {
    assertThat(new PageToken("link:" + "%41".repeat(1363)).link()).isPresent();
    assertThatThrownBy(() -> new PageToken("link:" + "a".repeat(4092)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void token_neverLeavesTheList() throws Exception {
    registry.on(TAGS, (request, out) -> reply(out, 200, Map.of(), json("v1")));
    for (String query : List.of("/../../_catalog", "http://evil/?n=1", "@evil/", "//evil")) {
      assertThat(tags(new PageRequest(10, new PageToken("link:" + query))).entries()).hasSize(1);
      assertThat(tags(new PageRequest(10, new PageToken("last:" + query))).entries()).hasSize(1);
    }
    assertThat(registry.requests()).extracting(Request::path).containsOnly(TAGS);
  }

  @Test
  void entriesOutsideTheGrammar_areLeftOut() throws Exception {
    registry.on(
        TAGS,
        (request, out) ->
            reply(
                out,
                200,
                Map.of(),
                "{\"a\":[1,{\"b\":2}],\"tags\":[\"v1\",\"../x\",\"a b\",5,null,{\"c\":[]},\"\",\"v2\"]}"
                    .getBytes(UTF_8)));
    assertThat(allTags(100)).containsExactly("v1", "v2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"tags\":null}", "{\"tags\":[]}", "{\"tags\":{}}"})
  void noTags_areAnEmptyPage(String json) throws Exception {
    registry.on(TAGS, (request, out) -> reply(out, 200, Map.of(), json.getBytes(UTF_8)));
    assertThat(allTags(100)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "[]", "\"x\"", "{\"tags\":[\"v1\"", "{\"tags\":[\"v1\"]"})
  void answerThatIsNoList_isRefused(String body) {
    registry.on(TAGS, (request, out) -> reply(out, 200, Map.of(), body.getBytes(UTF_8)));
    assertTagsFail(Kind.UNSUPPORTED, "not the JSON of a list");
  }

  @Test
  void pageAboveTheLimit_isRefusedWithAndWithoutItsLength() {
    byte[] large = json("v".repeat(ListReading.MAX_PAGE_BYTES));
    registry.on(TAGS, (request, out) -> reply(out, 200, Map.of(), large));
    assertTagsFail(Kind.TOO_LARGE, "more than 4194304 bytes");
    registry.on(TAGS, (request, out) -> chunkedOrHead(request, out, large));
    assertTagsFail(Kind.TOO_LARGE, "more than 4194304 bytes");
  }

  @Test
  void pageOfTooManyEntries_isRefused() throws Exception {
    List<String> most = FakeList.names("v", ListedArray.MAX_ENTRIES);
    registry.on(TAGS, (request, out) -> reply(out, 200, Map.of(), FakeList.json("tags", most)));
    assertThat(allTags(100)).hasSize(ListedArray.MAX_ENTRIES);
    List<String> more = new ArrayList<>(most);
    more.add("x");
    registry.on(TAGS, (request, out) -> reply(out, 200, Map.of(), FakeList.json("tags", more)));
    assertTagsFail(Kind.TOO_LARGE, "100000 entries");
  }

  @ParameterizedTest
  @CsvSource({
    "404, NOT_FOUND",
    "403, DENIED",
    "405, UNSUPPORTED",
    "429, THROTTLED",
    "500, FAILING"
  })
  void tags_failWithTheRegistrysStatus(int status, Kind kind) {
    registry.on(TAGS, (request, out) -> reply(out, status));
    assertTagsFail(kind, String.valueOf(status));
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 405, 501})
  void registryWithoutCatalog_isToldAsSuch(int status) {
    registry.on(CATALOG, (request, out) -> reply(out, status));
    RegistryException failure = cause(catchThrowable(() -> allRepositories(100)));
    assertThat(failure.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(failure).hasMessageContaining("no catalog", "(" + status + ")");
  }

  @Test
  void catalog_isAskedForWithItsOwnScope_andMayBeRefusedAllTheSame() {
    String realm = registry.uri() + "/token";
    registry.on(
        CATALOG,
        (request, out) ->
            reply(
                out,
                401,
                Map.of("WWW-Authenticate", "Bearer realm=\"%s\"".formatted(realm)),
                new byte[0]));
    registry.on(
        "/token",
        (request, out) -> reply(out, 200, Map.of(), "{\"token\":\"abc\"}".getBytes(UTF_8)));
    RegistryException failure = cause(catchThrowable(() -> allRepositories(100)));
    assertThat(failure.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(failure).hasMessageContaining("no catalog", "(401)");
    assertThat(registry.requests())
        .extracting(Request::target)
        .contains("/token?scope=registry%3Acatalog%3A*");
  }

  private void linkOnFirstPage(Request request, OutputStream out, String link) throws IOException {
    boolean isFirst = FakeList.parameter(request, "n") != null;
    String absolute = link.replace("ORIGIN", registry.uri().toString());
    reply(out, 200, isFirst ? Map.of("Link", absolute) : Map.of(), json("v1"));
  }

  private static byte[] json(String tag) {
    return FakeList.json("tags", List.of(tag));
  }

  private Page<Tag> tags(PageRequest request) throws Exception {
    return get(reader.tags(REPOSITORY, request));
  }

  private void assertTagsFail(Kind kind, String says) {
    RegistryException failure = cause(catchThrowable(() -> tags(new PageRequest(10, null))));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessageContaining("tags of team/app of registry 'main'", says);
  }

  private List<String> allTags(int size) throws Exception {
    List<String> all = new ArrayList<>();
    PageToken token = null;
    do {
      Page<Tag> page = tags(new PageRequest(size, token));
      page.entries().forEach(tag -> all.add(tag.value()));
      token = page.next();
    } while (token != null);
    return all;
  }

  private List<String> allRepositories(int size) throws Exception {
    List<String> all = new ArrayList<>();
    PageToken token = null;
    do {
      Page<Repository> page = get(reader.repositories(new PageRequest(size, token)));
      page.entries().forEach(repository -> all.add(repository.value()));
      token = page.next();
    } while (token != null);
    return all;
  }
}
