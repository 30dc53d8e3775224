package dev.penstock.testing.e2e;

import dev.penstock.testing.peers.PeerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Server and client as two processes, started by the documented command lines. */
final class PenstockProcesses implements AutoCloseable {
  private static final Pattern LISTENING =
      Pattern.compile(
          "clients at \\D*(127\\.0\\.0\\.1:\\d+).*callers at \\D*(127\\.0\\.0\\.1:\\d+)");
  private static final Pattern ATTACHED = Pattern.compile("attached to");
  private static final Pattern REFUSED = Pattern.compile("refused.*");

  private final Path directory;
  private final List<String> javaOptions;
  private final List<PeerProcess> running = new ArrayList<>();
  private final Path tokens;
  private final String publicAddress;
  private final String api;
  private PeerProcess server;
  private int clients;

  private PenstockProcesses(Path directory, List<String> javaOptions)
      throws IOException, InterruptedException {
    this.directory = directory;
    this.javaOptions = javaOptions;
    this.tokens = directory.resolve("tokens");
    create(tunnelToken(), "--tunnel", Names.TUNNEL);
    create(callerToken(), "--caller", "scanner", "--tunnels", Names.TUNNEL);
    this.server = startServer("127.0.0.1:0", "127.0.0.1:0");
    Matcher addresses = server.await(Bounds.PROCESS);
    this.publicAddress = addresses.group(1);
    this.api = addresses.group(2);
  }

  /** Starts a server that waits for a client; each process gets the options. */
  static PenstockProcesses startServer(Path directory, List<String> javaOptions)
      throws IOException, InterruptedException {
    return new PenstockProcesses(directory, javaOptions);
  }

  private Path tunnelToken() {
    return directory.resolve("client.token");
  }

  private Path callerToken() {
    return directory.resolve("caller.token");
  }

  private void create(Path secret, String... whose) throws IOException, InterruptedException {
    List<String> command =
        PenstockJars.server(List.of(), "token", "create", "--tokens", tokens.toString());
    command.addAll(List.of(whose));
    ShortCommand created = ShortCommand.run(command, directory, Bounds.PROCESS);
    if (created.exitCode() != 0) {
      throw new IOException("token create: " + created.error());
    }
    Files.writeString(secret, created.output());
  }

  private PeerProcess startServer(String publicListen, String apiListen) throws IOException {
    List<String> command =
        PenstockJars.server(
            javaOptions,
            "run",
            "--public",
            publicListen,
            "--api",
            apiListen,
            "--tokens",
            tokens.toString());
    return start(command, "server.log", LISTENING);
  }

  /** Kills the server, and starts it again where it was. */
  void killAndRestartServer() throws IOException, InterruptedException {
    server.kill();
    server = startServer(publicAddress, api);
    server.await(Bounds.PROCESS);
  }

  /** Where callers call, and with what. */
  URI api() {
    return URI.create("grpc://" + api);
  }

  String callerSecret() throws IOException {
    return Files.readString(callerToken()).strip();
  }

  /** Starts a client for the registry, and waits until it is attached. */
  PeerProcess startClient(URI registry) throws IOException, InterruptedException {
    return startAttached(clientCommand(registry, tunnelToken()));
  }

  /** The same by the client's start script, with the JVM options that are there. */
  PeerProcess startClientByScript(URI registry) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", PenstockJars.clientScript().toString()));
    command.addAll(runArguments(registry, tunnelToken()));
    return startAttached(command);
  }

  private PeerProcess startAttached(List<String> command) throws IOException, InterruptedException {
    clients++;
    PeerProcess client = start(command, "client" + clients + ".log", ATTACHED);
    client.await(Bounds.PROCESS);
    return client;
  }

  /** Starts a client with a token that the server does not know; returns what it says to that. */
  String startClientWithWrongToken(URI registry) throws IOException, InterruptedException {
    Path wrong = Files.writeString(directory.resolve("wrong.token"), "pst_wrong\n");
    return start(clientCommand(registry, wrong), "refused.log", REFUSED)
        .await(Bounds.PROCESS)
        .group();
  }

  private List<String> clientCommand(URI registry, Path token) {
    return PenstockJars.client(javaOptions, runArguments(registry, token).toArray(String[]::new));
  }

  private List<String> runArguments(URI registry, Path token) {
    return List.of(
        "run",
        "--server",
        "ws://" + publicAddress,
        "--tunnel",
        Names.TUNNEL,
        "--token-file",
        token.toString(),
        "--registry",
        registry.toString(),
        "--allow",
        Names.ALLOWED);
  }

  private PeerProcess start(List<String> command, String log, Pattern awaited) throws IOException {
    PeerProcess process = PeerProcess.start(command, directory.resolve(log), awaited);
    running.add(process);
    return process;
  }

  /** Whether each process started so far still runs. */
  boolean allAlive() {
    return running.stream().allMatch(PeerProcess::isAlive);
  }

  /** Runs {@code fetch} to its end, with its standard output hashed. */
  ShortCommand fetch(String reference, Duration bound) throws IOException, InterruptedException {
    List<String> command =
        PenstockJars.server(
            javaOptions,
            "fetch",
            "--api",
            api,
            "--token-file",
            callerToken().toString(),
            Names.TUNNEL + "/" + reference,
            "-o",
            "-");
    return ShortCommand.run(command, directory, bound);
  }

  @Override
  public void close() {
    for (int i = running.size() - 1; i >= 0; i--) {
      running.get(i).close();
    }
  }
}
