package dev.penstock.testing.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.testing.registry.Credentials;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Debian's {@code squid} as a forward proxy on a free loopback port, which lets one user in, to any
 * port on loopback, by CONNECT or with plain requests; or everybody, to fewer ports.
 *
 * <p>Its files are in a temporary directory of its own, which goes with it: run by root, squid
 * becomes the user {@code proxy}, to whom a test's directory is closed.
 */
public final class Squid implements AutoCloseable {
  private static final Duration START_BOUND = Duration.ofSeconds(60);
  private static final Pattern SERVING = Pattern.compile("Accepting HTTP Socket connections");
  private static final Path HELPER = Path.of("/usr/lib/squid/basic_ncsa_auth");
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final String HTTPS_ONLY =
      """
      acl https port 443
      http_access deny CONNECT !https
      """;
  private static final String ASKED_FOR_NOTHING = "error:transaction-end-before-headers";
  private static final String ROOT = "root";
  private static final String USER_OF_ROOTS_SQUID = "proxy";

  private final Path directory;
  private final PeerProcess process;
  private final URI url;

  private Squid(Path directory, PeerProcess process, URI url) {
    this.directory = directory;
    this.process = process;
    this.url = url;
  }

  /** Starts one that lets this user in; it serves when this returns. */
  public static Squid start(Credentials user) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("penstock-squid");
    try {
      return start(directory, accessOf(user, directory));
    } catch (IOException e) {
      delete(directory);
      throw e;
    }
  }

  /**
   * Starts one that lets everybody in, but CONNECT to port 443 alone, as squid's own configuration
   * has it; it serves when this returns.
   */
  public static Squid forHttpsOnly() throws IOException, InterruptedException {
    return start(Files.createTempDirectory("penstock-squid"), HTTPS_ONLY);
  }

  /** Starts one that lets everybody in, to any port; it serves when this returns. */
  public static Squid forEverybody() throws IOException, InterruptedException {
    return start(Files.createTempDirectory("penstock-squid"), "");
  }

  private static Squid start(Path directory, String access)
      throws IOException, InterruptedException {
    try {
      int port = FreePort.pick();
      PeerProcess process = run(directory, access, port);
      return new Squid(directory, process, URI.create("http://127.0.0.1:" + port));
    } catch (IOException | InterruptedException e) {
      delete(directory);
      throw e;
    }
  }

  private static PeerProcess run(Path directory, String access, int port)
      throws IOException, InterruptedException {
    Path file = directory.resolve("squid.conf");
    Files.writeString(file, configuration(directory, access, port));
    if (System.getProperty("user.name").equals(ROOT)) {
      var users = directory.getFileSystem().getUserPrincipalLookupService();
      Files.setOwner(directory, users.lookupPrincipalByName(USER_OF_ROOTS_SQUID));
    }
    List<String> command =
        List.of(PeerBinary.SQUID.require().toString(), "-N", "-d", "1", "-f", file.toString());
    PeerProcess process = PeerProcess.start(command, directory.resolve("output"), SERVING);
    try {
      var unused = process.await(START_BOUND);
      awaitListening(port);
      return process;
    } catch (IOException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  /** It says that it accepts a moment before it listens. */
  private static void awaitListening(int port) throws IOException {
    long deadline = System.nanoTime() + START_BOUND.toNanos();
    while (true) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (ConnectException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(LOOK_EVERY_NANOS);
      }
    }
  }

  private static String accessOf(Credentials user, Path directory) throws IOException {
    Path passwords = directory.resolve("passwords");
    Files.writeString(passwords, user.username() + ":" + md5(user.password()) + "\n");
    return """
    auth_param basic program %s %s
    auth_param basic children 1 startup=1
    auth_param basic realm penstock-testing
    acl known proxy_auth REQUIRED
    http_access deny !known
    """
        .formatted(HELPER, passwords);
  }

  /** The plain MD5 that squid's helper takes too: it keeps a fixed secret on loopback. */
  private static String md5(String password) {
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(password.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  private static String configuration(Path directory, String access, int port) {
    return """
    http_port 127.0.0.1:%2$d
    pid_filename %1$s/squid.pid
    cache_log %1$s/cache.log
    access_log stdio:%1$s/access.log
    coredump_dir %1$s
    visible_hostname penstock-testing
    cache deny all
    cache_mem 1 MB
    memory_pools off
    pinger_enable off
    shutdown_lifetime 0 seconds
    acl loopback dst 127.0.0.0/8 ::1
    %3$shttp_access allow loopback
    http_access deny all
    """
        .formatted(directory, port, access);
  }

  /** Where it listens, as {@code http://127.0.0.1:3128}. */
  public URI url() {
    return url;
  }

  /** The same with a user's name in it, as proxies are often written. */
  public URI urlFor(String user) {
    return URI.create("http://" + user + "@" + url.getAuthority());
  }

  /**
   * Waits for a line of its access log that has this part, such as {@code CONNECT 127.0.0.1:443
   * user}; a CONNECT gets its line when it ends. Looks again and again: nobody announces the lines.
   *
   * @return false if there was none within {@code bound}
   */
  public boolean awaitAccess(String part, Duration bound) throws IOException {
    long deadline = System.nanoTime() + bound.toNanos();
    while (accesses().stream().noneMatch(line -> line.contains(part))) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    return true;
  }

  /**
   * The lines of its access log so far. Connections that asked for nothing are no accesses: one is
   * ours, which waited for squid to listen, and its line comes at any time.
   */
  public List<String> accesses() throws IOException {
    Path log = directory.resolve("access.log");
    return Files.exists(log)
        ? Files.readAllLines(log, UTF_8).stream()
            .filter(line -> !line.contains(ASKED_FOR_NOTHING))
            .toList()
        : List.of();
  }

  Path directory() {
    return directory;
  }

  /** Ends the process, and removes its files. */
  @Override
  public void close() throws IOException {
    process.close();
    delete(directory);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
