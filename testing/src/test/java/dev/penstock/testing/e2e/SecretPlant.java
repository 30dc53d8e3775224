package dev.penstock.testing.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.peers.DockerRegistry;
import dev.penstock.testing.peers.Squid;
import dev.penstock.testing.peers.TestAuthority;
import dev.penstock.testing.peers.TestIdentity;
import dev.penstock.testing.registry.Access;
import dev.penstock.testing.registry.Credentials;
import dev.penstock.testing.registry.EmbeddedRegistry;
import dev.penstock.testing.tokens.TokenServer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Registries of every kind, a proxy before them, and the files that a customer would have for them:
 * each secret once, and known to {@link #secrets}.
 */
final class SecretPlant implements AutoCloseable {
  static final Blob BLOB = Blob.generated(151, 300_000);
  static final Credentials PROXY_USER = new Credentials("dialler", "pw-of-the-proxy-41");
  static final Credentials READER = new Credentials("reader", "pw-of-a-registry-42");
  private static final Credentials IN_AUTHS = new Credentials("auths", "pw-in-auths-43/+");
  private static final Credentials OF_HELPER = new Credentials("helped", "pw-of-a-helper-44");
  private static final Credentials WRONG = new Credentials("guest", "pw-that-is-wrong-45");
  private static final String IDENTITY_TOKEN = "identity-token-46";
  private static final String HELPERS_LAST_WORDS = "pw-of-a-helper-that-fails-47";

  private final Path directory;
  private final PublishedImage image;
  private final TestAuthority authority;
  private final TestIdentity clientIdentity;
  private final TokenServer tokens;
  private final List<Closeable> open = new ArrayList<>();
  final Secrets secrets = new Secrets();

  /** Has a token server of its own, and a store with signed URLs. */
  final EmbeddedRegistry bearer;

  final EmbeddedRegistry basic;
  final EmbeddedRegistry helped;

  /** Its helper fails. */
  final EmbeddedRegistry broken;

  /** Refuses what is in the file. */
  final EmbeddedRegistry refusing;

  final DockerRegistry identified;
  final DockerRegistry mutual;
  final Squid squid;

  SecretPlant(Path directory) throws Exception {
    this.directory = directory;
    image = PublishedImage.push(directory);
    authority = TestAuthority.create(directory);
    clientIdentity = authority.issueForClient("penstock-client");
    TestIdentity signer = TestIdentity.create(Files.createDirectory(directory.resolve("signer")));
    squid = Squid.start(PROXY_USER);
    open.add(0, squid::close);
    tokens = TokenServer.forUser(signer, new Credentials("nobody", "x"), IDENTITY_TOKEN);
    open.add(0, tokens::close);
    bearer = publish(EmbeddedRegistry.builder().access(new Access.Bearer(READER)).redirectBlobs());
    basic = publish(EmbeddedRegistry.builder().access(new Access.Basic(IN_AUTHS)));
    helped = publish(EmbeddedRegistry.builder().access(new Access.Basic(OF_HELPER)));
    broken = publish(EmbeddedRegistry.builder().access(new Access.Basic(OF_HELPER)));
    refusing = publish(EmbeddedRegistry.builder().access(new Access.Basic(READER)));
    identified = keep(image.registry().tokens(tokens.realm()).start());
    mutual =
        keep(
            image
                .registry()
                .tls(authority.issue())
                .clientAuthority(authority.certificate())
                .start());
    writeHelpers();
    know();
  }

  private DockerRegistry keep(DockerRegistry registry) {
    open.add(0, registry::close);
    return registry;
  }

  private EmbeddedRegistry publish(EmbeddedRegistry.Builder settings) {
    EmbeddedRegistry registry = settings.start();
    registry.add(Names.REPOSITORY, BLOB);
    open.add(0, registry::close);
    return registry;
  }

  private void know() throws IOException {
    secrets
        .add("the proxy's password", PROXY_USER.username(), PROXY_USER.password())
        .add("the registry's password", READER.username(), READER.password())
        .add("the password in auths", IN_AUTHS.username(), IN_AUTHS.password())
        .add("the helper's answer", OF_HELPER.username(), OF_HELPER.password())
        .add("the failing helper's output", HELPERS_LAST_WORDS)
        .add("the wrong password", WRONG.username(), WRONG.password())
        .add("the identity token", IDENTITY_TOKEN);
    String key = Files.readString(clientIdentity.key());
    key.lines().filter(line -> line.length() >= 60).forEach(line -> secrets.add("the key", line));
  }

  /** What was issued meanwhile is secret, too. */
  Secrets allSecrets() {
    bearer.secretsIssued().forEach(each -> secrets.add("a token, or a URL's signature", each));
    tokens.tokens().forEach(each -> secrets.add("a bearer token", each));
    return secrets;
  }

  /** Bearer tokens that the token server has sold. */
  long tokensSold() {
    return tokens.sold();
  }

  /** What a client needs to read all but {@link #bearer}. */
  List<String> arguments() throws IOException {
    return List.of(
        "--registry-auth-file",
        authFile().toString(),
        "--registry-ca",
        authority.certificate().toString(),
        "--registry-client-certificate",
        clientIdentity.certificate().toString(),
        "--registry-client-key",
        clientIdentity.key().toString(),
        "--registry",
        "basic=" + basic.url(),
        "--registry",
        "helped=" + helped.url(),
        "--registry",
        "broken=" + broken.url(),
        "--registry",
        "refusing=" + refusing.url(),
        "--registry",
        "identified=" + identified.url(),
        "--registry",
        "mutual=" + mutual.url());
  }

  /** A blob of {@link #identified} and {@link #mutual}. */
  Blob layer() {
    return image.layer();
  }

  private Path authFile() throws IOException {
    return Files.writeString(
        directory.resolve("config.json"),
        """
        {"auths": {
           "%s": {"auth": "%s"},
           "%s": {"auth": "%s"},
           "%s": {"identitytoken": "%s"}},
         "credHelpers": {"%s": "good", "%s": "bad"}}
        """
            .formatted(
                basic.url().getAuthority(),
                auth(IN_AUTHS),
                refusing.url().getAuthority(),
                auth(WRONG),
                identified.url().getAuthority(),
                IDENTITY_TOKEN,
                helped.url().getAuthority(),
                broken.url().getAuthority()));
  }

  private static String auth(Credentials credentials) {
    String pair = credentials.username() + ":" + credentials.password();
    return Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  /** Where helpers are; they keep what others can see of them in {@link #helperTraces}. */
  Path helpers() {
    return directory.resolve("helpers");
  }

  /** The command lines and the environments of the helpers that ran. */
  Path helperTraces() {
    return directory.resolve("helper-traces");
  }

  private void writeHelpers() throws IOException {
    Files.createDirectories(helpers());
    writeHelper(
        "good",
        "printf '{\"Username\": \"%s\", \"Secret\": \"%s\"}'"
            .formatted(OF_HELPER.username(), OF_HELPER.password()));
    writeHelper(
        "bad", "echo %s; echo 'the vault is closed' >&2; exit 3".formatted(HELPERS_LAST_WORDS));
  }

  private void writeHelper(String name, String answer) throws IOException {
    Path program =
        Files.writeString(
            helpers().resolve("docker-credential-" + name),
            """
            #!/bin/sh
            tr '\\0' ' ' < /proc/$$/cmdline >> '%1$s'
            tr '\\0' '\\n' < /proc/$$/environ >> '%1$s'
            cat > /dev/null
            %2$s
            """
                .formatted(helperTraces(), answer));
    if (!program.toFile().setExecutable(true)) {
      throw new IOException(program + " cannot be made executable");
    }
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : open) {
      each.close();
    }
  }
}
