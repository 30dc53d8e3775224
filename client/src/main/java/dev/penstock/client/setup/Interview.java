package dev.penstock.client.setup;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Setting;
import dev.penstock.client.check.Finding;
import dev.penstock.client.check.Outcome;
import dev.penstock.client.check.Probes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Asks for what a {@link Draft} lacks, tries each answer, and asks again until it is one that the
 * client would take. An answer that only the network speaks against may be kept.
 */
final class Interview {
  /** What secrets that are typed are called in the directory, by the settings that name them. */
  static final Map<Setting, String> SECRET_FILES =
      Map.of(Setting.TOKEN_FILE, "token", Setting.REGISTRY_PASSWORD_FILE, "registry-password");

  private static final String KEEP = "Keep it anyway?";

  private final Draft draft;
  private final Dialogue dialogue;
  private final Map<String, String> environment;
  private final boolean isOffline;
  private final Path directory;

  /**
   * An interview that has not begun.
   *
   * @param isOffline whether nobody is to be asked over the network
   * @param directory where secrets that are typed will be written
   */
  Interview(
      Draft draft,
      Dialogue dialogue,
      Map<String, String> environment,
      boolean isOffline,
      Path directory) {
    this.draft = draft;
    this.dialogue = dialogue;
    this.environment = environment;
    this.isOffline = isOffline;
    this.directory = directory;
  }

  void run() throws IOException {
    Optional<GivenPolicy> policy = policy();
    server();
    if (!draft.has(Setting.TUNNEL)) {
      ask(Setting.TUNNEL, "Tunnel id, as the server's operator calls this network: ");
    }
    if (!draft.has(Setting.TOKEN_FILE)) {
      token();
    }
    registry();
    if (policy.isPresent()) {
      report(policy.get().finding(draft.config()));
    } else if (!draft.has(Setting.ALLOW)) {
      ask(Setting.ALLOW, "Repositories that may be read, such as team/** (several with spaces): ");
    }
  }

  private Optional<GivenPolicy> policy() throws IOException {
    Path file = draft.config().policyFile();
    return file == null ? Optional.empty() : Optional.of(GivenPolicy.read(file));
  }

  private void server() throws IOException {
    if (draft.has(Setting.SERVER)) {
      report(probe(Probes::server));
      return;
    }
    do {
      ask(Setting.SERVER, "Server URL, such as wss://penstock.example: ");
    } while (isDoubtful(probe(Probes::server)));
  }

  private void registry() throws IOException {
    if (draft.has(Setting.REGISTRY)) {
      report(probe(this::firstRegistry));
      return;
    }
    Finding found;
    do {
      ask(Setting.REGISTRY, "Registry URL, such as https://registry.internal: ");
      found = probe(this::firstRegistry);
    } while (isDoubtful(found));
    if (!draft.has(Setting.REGISTRY_USERNAME) && !draft.has(Setting.REGISTRY_AUTH_FILE)) {
      credentials();
    }
  }

  private void credentials() throws IOException {
    boolean isDoubtful;
    do {
      String kind = dialogue.ask("Credentials there: none, user, or docker [none]: ");
      isDoubtful =
          switch (kind) {
            case "", "none" -> false;
            case "user" -> userAndPassword();
            case "docker" -> authFile();
            default -> {
              dialogue.say("Please answer none, user or docker.");
              yield true;
            }
          };
    } while (isDoubtful);
  }

  private boolean userAndPassword() throws IOException {
    String user = dialogue.ask("User: ");
    String password = dialogue.askSecret("Password (not shown): ");
    keepSecret(Setting.REGISTRY_PASSWORD_FILE, password);
    if (isTaken(Setting.REGISTRY_USERNAME, List.of(user))
        && !isDoubtful(probe(this::firstRegistry))) {
      return false;
    }
    draft.unset(Setting.REGISTRY_USERNAME);
    draft.unset(Setting.REGISTRY_PASSWORD_FILE);
    return true;
  }

  private boolean authFile() throws IOException {
    String file =
        dialogue.ask("Docker's config.json or Podman's auth.json [default: where those are]: ");
    if (isTaken(Setting.REGISTRY_AUTH_FILE, List.of(file.isEmpty() ? "default" : file))
        && !isDoubtful(probe(this::firstRegistry))) {
      return false;
    }
    draft.unset(Setting.REGISTRY_AUTH_FILE);
    return true;
  }

  private void token() throws IOException {
    while (true) {
      String token = dialogue.askSecret("Token of the tunnel (not shown): ").strip();
      if (token.chars().allMatch(c -> c > ' ' && c < 0x7f) && !token.isEmpty()) {
        keepSecret(Setting.TOKEN_FILE, token);
        return;
      }
      dialogue.say("A token is one line of printable ASCII, without spaces.");
    }
  }

  private void keepSecret(Setting setting, String secret) {
    draft.setSecret(
        setting, directory.resolve(SECRET_FILES.getOrDefault(setting, setting.key())), secret);
  }

  private void ask(Setting setting, String question) throws IOException {
    while (!isTaken(setting, parts(setting, dialogue.ask(question)))) {
      // The reason has been said.
    }
  }

  private static List<String> parts(Setting setting, String answer) {
    return setting == Setting.ALLOW
        ? Stream.of(answer.split("[\\s,]+", -1)).filter(part -> !part.isEmpty()).toList()
        : List.of(answer);
  }

  private boolean isTaken(Setting setting, List<String> values) {
    if (values.isEmpty()) {
      dialogue.say("Please name at least one.");
      return false;
    }
    try {
      draft.set(setting, values);
      return true;
    } catch (IllegalArgumentException e) {
      dialogue.say("That is not right: " + e.getMessage());
      return false;
    }
  }

  private CompletableFuture<Finding> firstRegistry(Probes probes) {
    return probes.registry(draft.config().registries().get(0));
  }

  private Finding probe(Function<Probes, CompletableFuture<Finding>> probe) {
    if (isOffline) {
      return new Finding(Outcome.OK, "", "", "");
    }
    ClientConfig config = draft.config();
    try (Probes probes = Probes.open(config, environment)) {
      return probe.apply(probes).join();
    } catch (IOException e) {
      return new Finding(
          Outcome.MISCONFIGURED, "network", String.valueOf(e.getMessage()), "mend that file");
    }
  }

  /** Says what was found, and whether to ask again. */
  private boolean isDoubtful(Finding found) throws IOException {
    report(found);
    return found.outcome().isFailure() && !dialogue.confirm(KEEP);
  }

  private void report(Finding found) {
    if (!found.seen().isEmpty()) {
      dialogue.say("  %s: %s".formatted(found.outcome().word(), found.seen()));
    }
    if (!found.advice().isEmpty()) {
      dialogue.say("  -> " + found.advice());
    }
  }
}
