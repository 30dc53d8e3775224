package dev.penstock.testing.peers;

import dev.penstock.testing.registry.Credentials;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Debian's {@code docker-registry} on a free loopback port, with its storage in a directory.
 *
 * <p>Several may share a directory, and so what is in it: what was pushed to one that lets anybody
 * in is then read through one that does not.
 */
public final class DockerRegistry implements AutoCloseable {
  /** Whom a registry with a password file lets in. */
  public static final Credentials READER = new Credentials("reader", "loopback-only");

  /** bcrypt, since the registry takes no other: crypt(3) of the password above, at cost 5. */
  private static final String PASSWORD_FILE =
      "reader:$2b$05$abcdefghijklmnopqrstuucJNoj1zsjPrqk/a2HjbuRSfW87b9Cb2\n";

  private static final Duration START_BOUND = Duration.ofSeconds(60);
  private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:\\d+)");

  private final PeerProcess process;
  private final URI url;
  private final Path log;

  private DockerRegistry(PeerProcess process, URI url, Path log) {
    this.process = process;
    this.url = url;
    this.log = log;
  }

  /** Starts one that lets anybody in and keeps everything below a directory, which must exist. */
  public static DockerRegistry start(Path directory) throws IOException, InterruptedException {
    return builder(directory).start();
  }

  /** Settings of one that keeps everything below a directory, which must exist. */
  public static Builder builder(Path directory) {
    return new Builder(directory);
  }

  /** Where blobs and manifests are, below the directory that a registry was given. */
  public static Path storage(Path directory) {
    return directory.resolve("storage");
  }

  /** The registry's origin. */
  public URI url() {
    return url;
  }

  /**
   * The lines of its log so far, those of its access log among them: one for each request, with its
   * {@code User-Agent}.
   */
  public List<String> log() throws IOException {
    return Files.readAllLines(log);
  }

  @Override
  public void close() {
    process.close();
  }

  /** Settings of a registry. One thread at a time. */
  public static final class Builder {
    private final Path directory;
    private boolean hasPasswords;
    private @Nullable TokenRealm tokens;
    private @Nullable TestIdentity tls;
    private @Nullable Path clientAuthority;
    private @Nullable URI store;

    private Builder(Path directory) {
      this.directory = directory;
    }

    /** Lets only {@link #READER} in, by HTTP Basic authentication. */
    public Builder passwords() {
      hasPasswords = true;
      return this;
    }

    /** Lets in who brings a token of that server. */
    public Builder tokens(TokenRealm realm) {
      tokens = realm;
      return this;
    }

    /** Speaks TLS, and shows this certificate. */
    public Builder tls(TestIdentity identity) {
      tls = identity;
      return this;
    }

    /** Wants, under TLS, a certificate that this authority signed. */
    public Builder clientAuthority(Path certificate) {
      clientAuthority = certificate;
      return this;
    }

    /** Sends readers of blobs to that origin, below which its storage is. */
    public Builder redirectTo(URI origin) {
      store = origin;
      return this;
    }

    /** Starts it; it serves when this returns. */
    public DockerRegistry start() throws IOException, InterruptedException {
      Path own = Files.createTempDirectory(directory, "docker-registry");
      Path file = Files.writeString(own.resolve("registry.yml"), configuration(own));
      List<String> command =
          List.of(PeerBinary.DOCKER_REGISTRY.require().toString(), "serve", file.toString());
      Path log = own.resolve("registry.log");
      PeerProcess process = PeerProcess.start(command, log, LISTENING);
      try {
        String address = process.await(START_BOUND).group(1);
        String scheme = tls == null ? "http" : "https";
        return new DockerRegistry(process, URI.create(scheme + "://" + address), log);
      } catch (IOException | InterruptedException e) {
        process.close();
        throw e;
      }
    }

    /** Port 0: the registry logs which one it got, so there is no race for a free one. */
    private String configuration(Path own) throws IOException {
      return """
      version: 0.1
      log:
        level: info
        formatter: text
        accesslog:
          disabled: false
      storage:
        filesystem:
          rootdirectory: '%s'
        delete:
          enabled: true
      http:
        addr: 127.0.0.1:0
        secret: only-for-tests
      """
              .formatted(storage(directory))
          + tlsSection()
          + accessSection(own)
          + redirectSection();
    }

    /** Goes on with the section {@code http}. */
    private String tlsSection() {
      if (tls == null) {
        return "";
      }
      String section = "  tls:\n    certificate: '%s'\n    key: '%s'\n";
      return section.formatted(tls.certificate(), tls.key())
          + (clientAuthority == null ? "" : "    clientcas: ['%s']\n".formatted(clientAuthority));
    }

    private String accessSection(Path own) throws IOException {
      if (hasPasswords) {
        Path file = Files.writeString(own.resolve("htpasswd"), PASSWORD_FILE);
        return "auth:\n  htpasswd:\n    realm: only-for-tests\n    path: '%s'\n".formatted(file);
      }
      return tokens == null
          ? ""
          : """
          auth:
            token:
              realm: %s
              service: %s
              issuer: %s
              rootcertbundle: '%s'
          """
              .formatted(tokens.url(), tokens.service(), tokens.issuer(), tokens.certificates());
    }

    private String redirectSection() {
      String section = "middleware:\n  storage:\n    - name: redirect\n      options:\n";
      return store == null ? "" : section + "        baseurl: %s\n".formatted(store);
    }
  }
}
