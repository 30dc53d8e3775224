package dev.penstock.client.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.names.Repository;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A customer's files and helper programs, in a directory of a test; helpers are shell scripts. */
final class CustomerHome {
  static final RegistryHost HOST = host("https://registry.example");
  static final Repository APP = new Repository("team/app");
  static final CredentialOptions OPTIONS = CredentialOptions.DEFAULTS;

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private final AtomicLong nanos = new AtomicLong();

  CustomerHome(Path directory) {
    this.directory = directory;
    environment.put("PATH", "relative:" + directory.resolve("bin") + ":/usr/bin:/bin");
    environment.put("HOME", directory.toString());
  }

  static RegistryHost host(String url) {
    return RegistryHost.of(URI.create(url));
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  /** A file that was last changed a minute ago, so that it counts as settled. */
  Path file(String name, String content) throws IOException {
    Path file = path(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    return file;
  }

  /** The default file. */
  Path config(String content) throws IOException {
    return file("config.json", content);
  }

  /** The default file, with this helper for {@link #HOST}. */
  Path configWithHelper(String name) throws IOException {
    return config("{'credHelpers': {'registry.example': '%s'}}".formatted(name).replace('\'', '"'));
  }

  /** Installs {@code docker-credential-NAME}; its working directory is in {@code $HOME}. */
  void helper(String name, String... lines) throws IOException {
    Path program = path("bin/docker-credential-" + name);
    Files.createDirectories(program.getParent());
    Files.writeString(program, "#!/bin/sh\ncd \"$HOME\"\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  void variable(String name, String value) {
    environment.put(name, value);
  }

  Map<String, String> environment() {
    return environment;
  }

  /** A pipe whose end of file shows that all who opened it for writing have ended. */
  Path fifo(String name) throws Exception {
    Path fifo = path(name);
    Process mkfifo = new ProcessBuilder("mkfifo", fifo.toString()).start();
    assertThat(mkfifo.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return fifo;
  }

  void letTimePass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  CredentialStore open(Path file) throws CredentialsException {
    return open(AuthFiles.of(file), OPTIONS);
  }

  CredentialStore open(AuthFiles files, CredentialOptions options) throws CredentialsException {
    return CredentialStore.open(files, options, environment, nanos::get);
  }

  /** What one look-up in the default file finds for {@link #HOST}. */
  Credentials find() throws Exception {
    return find(HOST, APP);
  }

  Credentials find(RegistryHost host, @Nullable Repository repository) throws Exception {
    try (CredentialStore store = open(path("config.json"))) {
      return get(store.find(host, repository));
    }
  }

  static Credentials get(CompletableFuture<Credentials> answer) throws Exception {
    return answer.get(40, TimeUnit.SECONDS);
  }

  /** How a look-up fails. */
  static CredentialsException failure(CompletableFuture<Credentials> answer) {
    Throwable failure = catchThrowable(() -> get(answer));
    if (failure != null && failure.getCause() instanceof CredentialsException cause) {
      return cause;
    }
    throw new AssertionError("no CredentialsException", failure);
  }

  /** How one look-up in the default file fails. */
  CredentialsException failure() throws Exception {
    try (CredentialStore store = open(path("config.json"))) {
      return failure(store.find(HOST, APP));
    }
  }

  List<String> lines(String file) throws IOException {
    return Files.readAllLines(path(file));
  }
}
