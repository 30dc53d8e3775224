package dev.penstock.testing.peers;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A program that may or may not be installed, and the Debian package that brings it. */
public enum PeerBinary {
  /** The CNCF distribution registry. */
  DOCKER_REGISTRY("docker-registry", "docker-registry"),
  /** Copies images between registries and directories. */
  SKOPEO("skopeo", "skopeo"),
  /** A web server and proxy. */
  NGINX("nginx", "nginx"),
  /** A proxy and load balancer. */
  HAPROXY("haproxy", "haproxy"),
  /** Apache's web server and proxy. */
  APACHE("apache2", "apache2"),
  /** A forward proxy. */
  SQUID("squid", "squid"),
  /** A client of HTTP. */
  CURL("curl", "curl"),
  /** A browser, which can run without a screen. */
  CHROMIUM("chromium", "chromium");

  private final String command;
  private final String debianPackage;

  PeerBinary(String command, String debianPackage) {
    this.command = command;
    this.debianPackage = debianPackage;
  }

  /** Name of the executable. */
  public String command() {
    return command;
  }

  /** What to install to have it. */
  public String debianPackage() {
    return debianPackage;
  }

  /** The executable on the search path, or where Debian puts programs for root. */
  public Optional<Path> find() {
    String searchPath = System.getenv().getOrDefault("PATH", "/usr/bin");
    return Stream.concat(Stream.of(searchPath.split(File.pathSeparator)), Stream.of("/usr/sbin"))
        .map(directory -> Path.of(directory, command))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Path require() {
    return find()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    command + " is not installed; Debian's package is " + debianPackage));
  }
}
