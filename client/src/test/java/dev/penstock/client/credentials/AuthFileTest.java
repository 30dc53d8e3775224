package dev.penstock.client.credentials;

import static dev.penstock.client.credentials.CustomerHome.HOST;
import static dev.penstock.client.credentials.CustomerHome.host;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.client.credentials.Credentials.IdentityToken;
import dev.penstock.client.credentials.Credentials.None;
import dev.penstock.client.credentials.Credentials.RegistryToken;
import dev.penstock.client.credentials.Credentials.UserPassword;
import dev.penstock.client.credentials.Lookup.Ask;
import dev.penstock.client.credentials.Lookup.Known;
import dev.penstock.client.names.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the files say, by the rules of Docker and Podman. */
final class AuthFileTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "registry.example, https://registry.example, true",
    "registry.example, http://registry.example, true",
    "Registry.Example, https://registry.EXAMPLE, true",
    "registry.example:443, https://registry.example, true",
    "registry.example, https://registry.example:443, true",
    "https://registry.example, https://registry.example, true",
    "http://registry.example, https://registry.example, true",
    "https://registry.example/, https://registry.example, true",
    "https://registry.example/v1/, https://registry.example, true",
    "https://registry.example/v2, https://registry.example, true",
    "registry.example/v1/, https://registry.example, true",
    "registry.example:5000, https://registry.example:5000, true",
    "https://registry.example:5000/v1/, https://registry.example:5000, true",
    "[::1]:5000, http://[::1]:5000, true",
    "https://index.docker.io/v1/, https://registry-1.docker.io, true",
    "https://index.docker.io/v1/, https://docker.io, true",
    "https://index.docker.io/v1/, https://index.docker.io, true",
    "index.docker.io, https://registry-1.docker.io, true",
    "docker.io, https://registry-1.docker.io, true",
    "registry-1.docker.io, https://docker.io, true",
    "registry.example:80, https://registry.example, false",
    "registry.example:443, http://registry.example, false",
    "registry.example, https://registry.example:5000, false",
    "registry.example:5000, https://registry.example, false",
    "registry.example, https://registry.example.evil, false",
    "registry.example, https://my.registry.example, false",
    "example, https://registry.example, false",
    "https://registry.example/some/page, https://registry.example, false",
    "https://index.docker.io/v1/access-token, https://docker.io, false",
    "https://index.docker.io/v1/refresh-token, https://docker.io, false",
    "docker.io.evil, https://docker.io, false",
    "https://index.docker.io/v1/, https://registry.example, false",
    "'', https://registry.example, false",
    "https://, https://registry.example, false",
    "/, https://registry.example, false",
  })
  void auths_keyMeansRegistry(String key, String registry, boolean isMeant) throws Exception {
    AuthFile file = auths("'%s': {'auth': '%s'}".formatted(key, base64("me:pw")));
    assertThat(known(file, host(registry), null) instanceof UserPassword).isEqualTo(isMeant);
  }

  @ParameterizedTest
  @CsvSource({
    "team/app/sub, longest",
    "team/app, longest",
    "team/application, team",
    "team/other, team",
    "teamwork/app, all",
    "other, all",
    ", all",
  })
  void auths_longestNamespaceWins(@Nullable String repository, String user) throws Exception {
    AuthFile file =
        auths(
            "'registry.example': {'auth': '%s'}, 'registry.example/team/app': {'auth': '%s'},"
                    .formatted(base64("all:pw"), base64("longest:pw"))
                + "'registry.example/team/': {'auth': '%s'}".formatted(base64("team:pw")));
    Repository asked = repository == null ? null : new Repository(repository);

    assertThat(known(file, HOST, asked)).isEqualTo(new UserPassword(user, "pw", place()));
  }

  @Test
  void auths_namespaceIsNotForTheRegistry() throws Exception {
    AuthFile file = auths("'registry.example/team': {'auth': '%s'}".formatted(base64("me:pw")));
    assertThat(known(file, HOST, new Repository("other/app"))).isInstanceOf(None.class);
    assertThat(known(file, HOST, null)).isInstanceOf(None.class);
  }

  @Test
  void auths_namespaceOfDockerHubIsFoundByAnyOfItsNames() throws Exception {
    AuthFile file = auths("'docker.io/team': {'auth': '%s'}".formatted(base64("me:pw")));
    assertThat(known(file, host("https://registry-1.docker.io"), new Repository("team/app")))
        .isInstanceOf(UserPassword.class);
  }

  @Test
  void auths_keyAsDockerWritesItIsPreferred() throws Exception {
    AuthFile file =
        auths(
            "'https://registry.example': {'auth': '%s'}, 'registry.example': {'auth': '%s'}"
                .formatted(base64("old:pw"), base64("new:pw")));
    assertThat(known(file, HOST, null)).isEqualTo(new UserPassword("new", "pw", place()));

    AuthFile hub =
        auths(
            "'docker.io': {'auth': '%s'}, 'https://index.docker.io/v1/': {'auth': '%s'}"
                .formatted(base64("old:pw"), base64("new:pw")));
    assertThat(known(hub, host("https://docker.io"), null))
        .isEqualTo(new UserPassword("new", "pw", place()));
  }

  @Test
  void auths_emptyEntryIsNone() throws Exception {
    assertThat(known(auths("'registry.example': {}"), HOST, null)).isInstanceOf(None.class);
    assertThat(known(auths("'registry.example': {'email': 'me@example.org'}"), HOST, null))
        .isInstanceOf(None.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "me:pw | me | pw",
        "me:p:w: | me | p:w:",
        "me:pässword ü | me | pässword ü",
        "_json_key:{} | _json_key | {}",
        "me: | me | ''",
      })
  void auth_isBase64OfUserAndPassword(String pair, String user, String password) throws Exception {
    AuthFile file = auths("'registry.example': {'auth': '%s'}".formatted(base64(pair)));
    assertThat(known(file, HOST, null)).isEqualTo(new UserPassword(user, password, place()));
  }

  @Test
  void auth_isFreedOfTheNulThatOldVersionsWrote() throws Exception {
    AuthFile file = auths("'registry.example': {'auth': '%s'}".formatted(base64("me:pw\0\0\0")));
    assertThat(known(file, HOST, null)).isEqualTo(new UserPassword("me", "pw", place()));
  }

  @Test
  void auth_isUnderstoodWithoutPaddingAndWithLineBreaks() throws Exception {
    AuthFile file = auths("'registry.example': {'auth': 'bWU6\\ncHc'}");
    assertThat(known(file, HOST, null)).isEqualTo(new UserPassword("me", "pw", place()));
  }

  @Test
  void entry_strongestFieldCounts() throws Exception {
    String auth = "'auth': '%s'".formatted(base64("me:pw"));
    String plain = "'username': 'plain', 'password': 'secret'";
    String identity = "'identitytoken': 'id'";
    String token = "'registrytoken': 'rt'";

    assertThat(entry(plain)).isEqualTo(new UserPassword("plain", "secret", place()));
    assertThat(entry(plain, auth)).isEqualTo(new UserPassword("me", "pw", place()));
    assertThat(entry(plain, auth, identity)).isEqualTo(new IdentityToken("id", place()));
    assertThat(entry(plain, auth, identity, token)).isEqualTo(new RegistryToken("rt", place()));
    assertThat(entry("'auth': null", "'username': null", identity))
        .isEqualTo(new IdentityToken("id", place()));
  }

  @ParameterizedTest
  @CsvSource({
    // credHelpers of the registry, then credsStore, then auths.
    "own, store, docker-credential-own",
    "own, '', docker-credential-own",
    "'', store, ''",
    ", store, docker-credential-store",
    ", '', ''",
  })
  void helper_precedenceIsDockers(@Nullable String own, String store, String program)
      throws Exception {
    String helpers = own == null ? "" : "'registry.example': '%s'".formatted(own);
    AuthFile file =
        parse(
            "{'credHelpers': {%s}, 'credsStore': '%s', 'auths': {'registry.example': {%s}}}"
                .formatted(helpers, store, "'auth': '" + base64("me:pw") + "'"));

    Lookup found = file.find(HOST, null);

    if (program.isEmpty()) {
      assertThat(found).isEqualTo(new Known(new UserPassword("me", "pw", place())));
    } else {
      assertThat(found)
          .isInstanceOfSatisfying(
              Ask.class,
              ask ->
                  assertThat(ask.helper())
                      .isEqualTo(new HelperRequest(program, "registry.example")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://index.docker.io/v1/, https://registry-1.docker.io, https://index.docker.io/v1/",
    "docker.io, https://registry-1.docker.io, https://index.docker.io/v1/",
    "gcr.io, https://gcr.io, gcr.io",
    "https://gcr.io, https://gcr.io, gcr.io",
    "registry.example:5000, https://registry.example:5000, registry.example:5000",
  })
  void helper_isAskedByDockersKey(String key, String registry, String server) throws Exception {
    AuthFile file = parse("{'credHelpers': {'%s': 'own'}}".formatted(key));
    assertThat(file.find(host(registry), null))
        .isEqualTo(new Ask(new HelperRequest("docker-credential-own", server), ""));
  }

  @Test
  void helper_isForWholeRegistries() throws Exception {
    AuthFile file = parse("{'credHelpers': {'registry.example/team': 'own'}}");
    assertThat(file.find(HOST, new Repository("team/app")))
        .isEqualTo(new Known(new None(directory.resolve("config.json").toString())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x", "/bin/sh", "a/b", "a b", "a;b", "a\\u0000b", "$(x)", "-\\n", "a\\\\b"})
  void helper_nameIsNoPath(String name) throws Exception {
    AuthFile file = parse("{'credHelpers': {'registry.example': '%s'}}".formatted(name));
    assertThatThrownBy(() -> file.find(HOST, null))
        .isInstanceOf(CredentialsException.class)
        .hasMessageContaining("credHelpers in " + directory)
        .hasMessageContaining("without a path");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | is not JSON",
        "{ | is not JSON (line 1 column 2)",
        "{'auths': {'registry.example': {'auth': 'Z2VoZWlt'}} | is not JSON (line 1 column",
        "{'auths': {}} geheim | is not JSON",
        "{'auths': {}} {} | is not JSON (line 1 column",
        "['geheim'] | is not one JSON object",
        "{'auths': 'geheim'} | 'auths' is not an object",
        "{'auths': ['geheim']} | 'auths' is not an object",
        "{'credHelpers': 'geheim'} | 'credHelpers' is not an object",
        "{'credsStore': {'a': 'geheim'}} | 'credsStore' is not a string",
        "{'credsStore': 7} | 'credsStore' is not a string",
      })
  void brokenFile_isNamedAndNotQuoted(String json, String what) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(CredentialsException.class)
        .hasNoCause()
        .hasMessageContaining(directory.resolve("config.json").toString())
        .hasMessageContaining(what)
        .hasMessageNotContainingAny("geheim", "Z2VoZWlt");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'geheim' | is not an object",
        "{'auth': '~geheim'} | 'auth' is not base64",
        "{'auth': 'Z2VoZWlt'} | 'auth' is not the base64 of user:password",
        "{'auth': 'OmdlaGVpbQ=='} | 'auth' is not the base64 of user:password",
        "{'auth': ['geheim']} | 'auth' is not a string",
        "{'identitytoken': {'geheim': 1}} | 'identitytoken' is not a string",
        "{'registrytoken': 'geheim\\n'} | 'registrytoken' is not printable ASCII",
        "{'username': 'a:b', 'password': 'geheim'} | user name is empty or has a ':'",
        "{'password': 'geheim'} | user name is empty or has a ':'",
      })
  void brokenEntry_isNamedAndHarmsNoOther(String entry, String what) throws Exception {
    AuthFile file =
        auths("'registry.example': %s, 'good': {%s}".formatted(entry, "'auth': 'bWU6cHc='"));

    assertThat(known(file, host("https://good"), null)).isInstanceOf(UserPassword.class);
    assertThatThrownBy(() -> file.find(HOST, null))
        .isInstanceOf(CredentialsException.class)
        .hasNoCause()
        .hasMessageContaining("registry.example")
        .hasMessageContaining(place())
        .hasMessageContaining(what)
        .hasMessageNotContainingAny("geheim", "Z2VoZWlt", "OmdlaGVpbQ");
  }

  @Test
  void hugeFile_isRefused() {
    assertThatThrownBy(() -> parse("{'auths': {}}" + " ".repeat(1 << 20)))
        .hasMessageContaining("more than 1 MiB");
  }

  private Credentials entry(String... fields) throws Exception {
    AuthFile file = auths("'registry.example': {%s}".formatted(String.join(", ", fields)));
    return known(file, HOST, null);
  }

  private static Credentials known(
      AuthFile file, RegistryHost host, @Nullable Repository repository) throws Exception {
    return ((Known) file.find(host, repository)).credentials();
  }

  private AuthFile auths(String entries) throws Exception {
    return parse("{'auths': {" + entries + "}}");
  }

  private AuthFile parse(String json) throws Exception {
    Path file = new CustomerHome(directory).config(json.replace('\'', '"'));
    return AuthFile.of(file, Files.readAllBytes(file));
  }

  private String place() {
    return "auths in " + directory.resolve("config.json");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
