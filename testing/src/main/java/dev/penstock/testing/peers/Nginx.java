package dev.penstock.testing.peers;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Debian's {@code nginx}: a plain HTTP hop in front of another origin, a store of files, or
 * whatever a configuration says.
 */
public final class Nginx implements ReloadablePeer {
  private static final Duration START_BOUND = Duration.ofSeconds(30);

  /** Once for each start or reload, since there is one worker. */
  private static final Pattern SERVING = Pattern.compile("start worker process \\d+");

  private static final String HTTP = "http {\n";

  private final PeerProcess process;
  private final @Nullable URI url;

  private Nginx(PeerProcess process, @Nullable URI url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts one with this configuration, which says where it listens, and leaves to this class how
   * many workers there are and where files go: below {@code directory}, which must exist. It serves
   * when this returns.
   */
  public static Nginx start(String configuration, Path directory)
      throws IOException, InterruptedException {
    if (!configuration.contains(HTTP)) {
      throw new IllegalArgumentException("the configuration has no line '" + HTTP.strip() + "'");
    }
    String main = configuration.replace("worker_processes auto;", "");
    String complete = process(directory) + main.replace(HTTP, HTTP + files(directory));
    return run(complete, null, directory);
  }

  /**
   * Starts one on a free loopback port that passes everything on to {@code upstream}, with its
   * files below {@code directory}, which must exist.
   */
  public static Nginx inFrontOf(URI upstream, Path directory)
      throws IOException, InterruptedException {
    return serve(
        """
        location / {
          proxy_pass %s;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_max_temp_file_size 0;
        }
        """
            .formatted(upstream),
        directory);
  }

  /**
   * Starts one on a free loopback port that serves the files below {@code root}, and refuses, as
   * object stores do, a request that carries {@code Authorization}; with its files below {@code
   * directory}, which must exist.
   */
  public static Nginx storeOf(Path root, Path directory) throws IOException, InterruptedException {
    return serve(
        """
        root %s;
        if ($http_authorization) { return 400; }
        """
            .formatted(root),
        directory);
  }

  private static Nginx serve(String service, Path directory)
      throws IOException, InterruptedException {
    int port = FreePort.pick();
    URI url = URI.create("http://127.0.0.1:" + port);
    return run(configuration(service, port, directory), url, directory);
  }

  private static Nginx run(String text, @Nullable URI url, Path directory)
      throws IOException, InterruptedException {
    Path configuration = Files.writeString(directory.resolve("nginx.conf"), text);
    List<String> command =
        List.of(
            PeerBinary.NGINX.require().toString(),
            "-p",
            directory.toString(),
            "-e",
            "stderr",
            "-c",
            configuration.toString());
    PeerProcess process = PeerProcess.start(command, directory.resolve("nginx.log"), SERVING);
    try {
      var unused = process.await(START_BOUND);
      return new Nginx(process, url);
    } catch (IOException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  private static String configuration(String service, int port, Path directory) {
    return """
    %1$s
    events { worker_connections 512; }
    http {
      %2$s
      sendfile on;
      server {
        listen 127.0.0.1:%3$d;
        %4$s
      }
    }
    """
        .formatted(process(directory), files(directory), port, service);
  }

  private static String process(Path directory) {
    return """
    daemon off;
    user root; # Ignored unless root runs it; then its workers may read a test's directory.
    worker_processes 1;
    error_log stderr notice;
    pid %s/nginx.pid;
    """
        .formatted(directory);
  }

  private static String files(Path directory) {
    return """
      access_log off;
      client_body_temp_path %1$s/body;
      proxy_temp_path %1$s/proxy;
      fastcgi_temp_path %1$s/fastcgi;
      uwsgi_temp_path %1$s/uwsgi;
      scgi_temp_path %1$s/scgi;
    """
        .formatted(directory);
  }

  /** The origin of one whose port was chosen here. */
  public URI url() {
    return Objects.requireNonNull(url, "its configuration says where it listens");
  }

  @Override
  public void reload() throws IOException, InterruptedException {
    int before = process.matches();
    process.signal("HUP");
    process.awaitMatches(before + 1, START_BOUND);
  }

  @Override
  public void close() {
    process.close();
  }
}
