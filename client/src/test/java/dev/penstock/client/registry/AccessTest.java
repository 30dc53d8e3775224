package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.Secret;
import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.FakeHttpServer.Request;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.auth.BasicCredentials;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.TestTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a registry that does not trust everybody is read, over real connections. */
@Timeout(60)
final class AccessTest {
  private static final Repository REPOSITORY = new Repository("team/app");
  private static final String SCOPE = "repository:team/app:pull";
  private static final byte[] CONTENT = bytes(100_000);

  @TempDir Path directory;
  private FakeRegistry registry;
  private FakeHttpServer tokenServer;
  private HttpTransport transport;
  private Digest digest;

  private final AtomicInteger tokensSold = new AtomicInteger();

  /** What the token server wants as Authorization; null: nothing. */
  private volatile @Nullable String tokenServerWants;

  private volatile int tokenServerStatus = 200;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    digest = registry.blob(CONTENT);
    tokenServer = new FakeHttpServer(this::sellToken);
    Duration patience = Duration.ofSeconds(10);
    transport = new HttpTransport(TestTransport.options(patience, patience, patience));
  }

  @AfterEach
  void stop() throws IOException {
    transport.close();
    tokenServer.close();
    registry.close();
  }

  private void sellToken(Request request, OutputStream out) throws IOException {
    String query = URLDecoder.decode(request.target(), UTF_8);
    boolean isScopeRight = query.contains("scope=" + SCOPE) && query.contains("service=fake");
    boolean isPaid = Objects.equals(request.header("Authorization"), tokenServerWants);
    if (tokenServerStatus != 200 || !isScopeRight || !isPaid) {
      reply(out, tokenServerStatus == 200 ? 401 : tokenServerStatus);
      return;
    }
    String token = "{\"token\":\"t%d\",\"expires_in\":300}".formatted(tokensSold.incrementAndGet());
    reply(out, 200, Map.of(), token.getBytes(UTF_8));
  }

  /** Lets pass who shows this token; sends the others away with a challenge. */
  private void wantToken(String token, String challenge) {
    registry.gate(
        (request, out) -> {
          if (!("Bearer " + token).equals(request.header("Authorization"))) {
            reply(out, 401, Map.of("WWW-Authenticate", challenge), "{}".getBytes(UTF_8));
          }
        });
  }

  private String bearer() {
    return "Bearer realm=\"%s/token\",service=\"fake\",scope=\"%s\""
        .formatted(tokenServer.uri(), SCOPE);
  }

  @Test
  void bearer_isBoughtOnceAndUsedAgain() throws Exception {
    wantToken("t1", bearer());
    RegistryReader reader = anonymous();

    for (int i = 0; i < 3; i++) {
      assertThat(read(reader)).isEqualTo(CONTENT);
    }
    assertThat(tokensSold).hasValue(1);
    // One challenge, and then three reads with the token.
    assertThat(registry.requests()).hasSize(4);
  }

  @Test
  void bearer_challengeWithoutScopeGetsTheRepositorysOwn() throws Exception {
    wantToken("t1", "Bearer realm=\"%s/token\",service=\"fake\"".formatted(tokenServer.uri()));
    assertThat(read(anonymous())).isEqualTo(CONTENT);
  }

  @Test
  void bearer_isFoundAmongSeveralChallengesInAnyOrder() throws Exception {
    wantToken("t1", "Negotiate abc==, Basic realm=\"a, b\", " + bearer() + ", Digest qop=\"auth\"");
    assertThat(read(anonymous())).isEqualTo(CONTENT);
  }

  @Test
  void bearer_refusedBeforeItsEndIsBoughtAgainOnce() throws Exception {
    RegistryReader reader = anonymous();
    wantToken("t1", bearer());
    read(reader);

    wantToken("t2", bearer());
    assertThat(read(reader)).isEqualTo(CONTENT);

    wantToken("never", bearer());
    RegistryException failure = fails(reader);
    assertThat(failure.kind()).isEqualTo(Kind.DENIED);
    assertThat(tokensSold).hasValue(3);
  }

  @Test
  void bearer_isPaidForWithTheCredentials() throws Exception {
    tokenServerWants = basic("ann", "pass");
    wantToken("t1", bearer());

    assertThat(read(as("ann", "pass"))).isEqualTo(CONTENT);
    RegistryException failure = fails(as("ann", "wrong"));
    assertThat(failure.kind()).isEqualTo(Kind.DENIED);
    assertThat(failure)
        .hasMessageContaining("answered 401")
        .hasMessageNotContaining("--registry-password-file");
    assertThat(failure)
        .rootCause()
        .hasMessageContaining("--registry-password-file")
        .hasMessageNotContaining("wrong");
  }

  @Test
  void bearer_anonymousIsToldToGiveCredentials() {
    tokenServerWants = basic("ann", "pass");
    wantToken("t1", bearer());
    assertThat(fails(anonymous()))
        .rootCause()
        .hasMessageContaining("anonymous")
        .hasMessageContaining("--registry-username");
  }

  @Test
  void bearer_failingTokenServerIsWorthAnotherTry() throws Exception {
    wantToken("t1", bearer());
    tokenServerStatus = 503;
    RegistryReader reader = anonymous();
    assertThat(fails(reader).kind()).isEqualTo(Kind.UNREACHABLE);

    tokenServerStatus = 200;
    assertThat(read(reader)).isEqualTo(CONTENT);
  }

  @Test
  void basic_isSentAfterItsChallengeAndThenUnasked() throws Exception {
    wantBasic("ann", "pass");
    RegistryReader reader = as("ann", "pass");
    assertThat(read(reader)).isEqualTo(CONTENT);
    assertThat(read(reader)).isEqualTo(CONTENT);
    assertThat(registry.requests()).hasSize(3);
    assertThat(registry.requests().get(0).header("Authorization")).isNull();
  }

  @Test
  void basic_passwordChangedInItsFileIsNoticed() throws Exception {
    wantBasic("ann", "old");
    RegistryReader reader = as("ann", "old");
    read(reader);

    wantBasic("ann", "new");
    Files.writeString(directory.resolve("password"), "new\n");
    assertThat(read(reader)).isEqualTo(CONTENT);
  }

  @Test
  void basic_wrongPasswordSaysWhatToCheck() throws Exception {
    wantBasic("ann", "pass");
    RegistryReader reader = as("ann", "wrong");
    // The first read is refused with what it tried, later ones because nothing new is there.
    assertThat(fails(reader).kind()).isEqualTo(Kind.DENIED);
    RegistryException failure = fails(reader);
    assertThat(failure.kind()).isEqualTo(Kind.DENIED);
    assertThat(failure).hasMessageNotContaining("ann");
    assertThat(failure)
        .rootCause()
        .hasMessageContaining("user 'ann'")
        .hasMessageNotContaining("wrong");
  }

  @Test
  void basic_withoutCredentialsSaysWhatToGive() {
    wantBasic("ann", "pass");
    RegistryException failure = fails(anonymous());
    assertThat(failure.kind()).isEqualTo(Kind.DENIED);
    assertThat(failure).rootCause().hasMessageContaining("--registry-username");
  }

  @Test
  void challenge_thatNobodyKnowsIsNamed() {
    registry.gate(
        (request, out) -> reply(out, 401, Map.of("WWW-Authenticate", "Negotiate"), new byte[0]));
    assertThat(fails(anonymous())).rootCause().hasMessageContaining("negotiate");
  }

  @Test
  void redirect_toAnotherOriginCarriesRangeAndNoAuthorization() throws Exception {
    wantBasic("ann", "pass");
    try (FakeRegistry storage = new FakeRegistry()) {
      storage.blob(CONTENT);
      storage.gate(
          (request, out) -> {
            if (request.header("Authorization") != null) {
              reply(out, 400);
            }
          });
      String path = FakeRegistry.blobPath(digest);
      registry.on(
          path,
          (request, out) ->
              reply(
                  out,
                  307,
                  Map.of("Location", storage.uri() + path + "?sig=x"),
                  "see there".getBytes(UTF_8)));
      RegistryReader reader = as("ann", "pass");

      byte[] part = read(reader, new BlobRange(10, 20));

      assertThat(part).isEqualTo(Arrays.copyOfRange(CONTENT, 10, 30));
      read(reader, new BlobRange(10, 20));
      assertThat(storage.requests())
          .hasSize(2)
          .allSatisfy(request -> assertThat(request.header("Range")).isEqualTo("bytes=10-29"));
      // Each read asks the registry itself; a signed URL is not kept.
      assertThat(registry.requests()).hasSize(3);
    }
  }

  @Test
  void redirect_withoutEndIsRefused() {
    String path = FakeRegistry.blobPath(digest);
    registry.on(path, (request, out) -> reply(out, 302, Map.of("Location", path), new byte[0]));
    RegistryException failure = fails(anonymous());
    assertThat(failure.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(failure).hasMessageContaining("more than 3 redirects");
    assertThat(registry.requests()).hasSize(4);
  }

  @Test
  void challengeOfAnotherOrigin_getsNoCredentials() throws Exception {
    try (FakeRegistry storage = new FakeRegistry()) {
      storage.gate(
          (request, out) ->
              reply(out, 401, Map.of("WWW-Authenticate", "Basic realm=x"), new byte[0]));
      String path = FakeRegistry.blobPath(digest);
      registry.on(
          path,
          (request, out) -> reply(out, 307, Map.of("Location", storage.uri() + path), new byte[0]));

      RegistryException failure = fails(as("ann", "pass"));
      assertThat(failure.kind()).isEqualTo(Kind.UNSUPPORTED);
      assertThat(failure).hasMessageContaining("the registry redirects to a store");
      assertThat(failure).rootCause().hasMessage("the store is " + storage.uri());
      // Twice: the first link might have expired on its way.
      assertThat(storage.requests()).hasSize(2);
      assertThat(storage.requests()).allMatch(sent -> sent.header("Authorization") == null);
    }
  }

  private void wantBasic(String user, String password) {
    registry.gate(
        (request, out) -> {
          if (!basic(user, password).equals(request.header("Authorization"))) {
            reply(out, 401, Map.of("WWW-Authenticate", "Basic realm=\"fake\""), new byte[0]);
          }
        });
  }

  private static String basic(String user, String password) {
    String pair = user + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  private RegistryReader anonymous() {
    return reader(null);
  }

  private RegistryReader as(String user, String password) throws IOException {
    Path file = Files.writeString(directory.resolve("password"), password + "\n");
    return reader(new BasicCredentials(user, Secret.inFile(file)));
  }

  private RegistryReader reader(@Nullable BasicCredentials credentials) {
    return new RegistryReader(
        new RegistryEndpoint("main", registry.uri(), credentials),
        RegistryOptions.DEFAULTS,
        transport);
  }

  private byte[] read(RegistryReader reader) throws Exception {
    return read(reader, BlobRange.WHOLE);
  }

  private byte[] read(RegistryReader reader, BlobRange range) throws Exception {
    return Collected.all(reader.blob(REPOSITORY, digest, range).get(20, TimeUnit.SECONDS));
  }

  private RegistryException fails(RegistryReader reader) {
    Throwable failure = catchThrowable(() -> read(reader));
    assertThat(failure.getCause()).isInstanceOf(RegistryException.class);
    return (RegistryException) Objects.requireNonNull(failure.getCause());
  }
}
