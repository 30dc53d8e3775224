package dev.penstock.testing.peers;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Debian's {@code nginx}: a plain HTTP hop in front of another origin, or a store of files. */
public final class Nginx implements AutoCloseable {
  private static final Duration START_BOUND = Duration.ofSeconds(30);
  private static final Pattern SERVING = Pattern.compile("start worker process \\d+");

  private final PeerProcess process;
  private final URI url;

  private Nginx(PeerProcess process, URI url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts one on a free loopback port that passes everything on to {@code upstream}, with its
   * files below {@code directory}, which must exist.
   */
  public static Nginx inFrontOf(URI upstream, Path directory)
      throws IOException, InterruptedException {
    return start(
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
    return start(
        """
        root %s;
        if ($http_authorization) { return 400; }
        """
            .formatted(root),
        directory);
  }

  private static Nginx start(String service, Path directory)
      throws IOException, InterruptedException {
    int port = FreePort.pick();
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(configuration, configuration(service, port, directory));
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
      return new Nginx(process, URI.create("http://127.0.0.1:" + port));
    } catch (IOException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  private static String configuration(String service, int port, Path directory) {
    return """
    daemon off;
    user root; # Ignored unless root runs it; then its workers may read a test's directory.
    worker_processes 1;
    error_log stderr notice;
    pid %3$s/nginx.pid;
    events { worker_connections 512; }
    http {
      access_log off;
      sendfile on;
      client_body_temp_path %3$s/body;
      proxy_temp_path %3$s/proxy;
      fastcgi_temp_path %3$s/fastcgi;
      uwsgi_temp_path %3$s/uwsgi;
      scgi_temp_path %3$s/scgi;
      server {
        listen 127.0.0.1:%2$d;
        %1$s
      }
    }
    """
        .formatted(service, port, directory);
  }

  /** The hop's origin. */
  public URI url() {
    return url;
  }

  @Override
  public void close() {
    process.close();
  }
}
