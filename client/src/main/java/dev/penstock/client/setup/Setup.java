package dev.penstock.client.setup;

import dev.penstock.client.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes a configuration by a {@link Dialogue}, and writes what runs a client with it. One use.
 *
 * @param given settings that are not asked for
 * @param directory where everything is written
 * @param image of Kubernetes
 * @param isOffline whether answers are not tried over the network
 * @param isForced whether files that are there are replaced
 */
public record Setup(
    Map<Setting, List<String>> given,
    Path directory,
    Format format,
    String image,
    boolean isOffline,
    boolean isForced) {

  /** What the client needs to say good-bye in, beyond the grace of its reads. */
  private static final Duration GOOD_BYE = Duration.ofSeconds(10);

  /** Takes an absolute path of the directory. */
  public Setup {
    given = Map.copyOf(given);
    directory = directory.toAbsolutePath().normalize();
  }

  /**
   * Asks and writes.
   *
   * @param environment that names proxies and authentication files
   * @throws IllegalArgumentException when a given setting is wrong, saying what is accepted
   * @throws IOException when there are no more answers, or a file cannot be read or written
   */
  public void run(Dialogue dialogue, Map<String, String> environment) throws IOException {
    refuseToReplace();
    Draft draft = new Draft(environment);
    draft.setAll(given);
    refuseToShowTooMuch(draft, environment);
    new Interview(draft, dialogue, environment, isOffline, directory).run();
    Files.createDirectories(directory);
    for (NewFile file : files(draft)) {
      file.write(isForced);
      dialogue.say("wrote " + file + (file.isSecret() ? " (a secret: mode 0600)" : ""));
    }
    next(dialogue);
  }

  /** Before the first question: nobody likes to answer five and then hear it. */
  private void refuseToReplace() throws IOException {
    List<Path> mayBeWritten = new ArrayList<>(List.of(configuration(), unit()));
    Interview.SECRET_FILES.forEach(
        (setting, name) -> {
          if (!given.containsKey(setting)) {
            mayBeWritten.add(directory.resolve(name));
          }
        });
    for (Path file : mayBeWritten) {
      if (!isForced && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(file + " is there already; --force replaces it");
      }
    }
  }

  /** A configuration alone shows nothing, and Kubernetes is given contents. */
  private void refuseToShowTooMuch(Draft draft, Map<String, String> environment)
      throws IOException {
    if (format == Format.YAML) {
      return;
    }
    MountedFiles files = MountedFiles.of(draft);
    if (format != Format.KUBERNETES) {
      String home = environment.getOrDefault("HOME", System.getProperty("user.home", "/"));
      new OwnDirectory(directory, Path.of(home).toAbsolutePath().normalize()).require(files);
    }
  }

  private List<NewFile> files(Draft draft) throws IOException {
    List<NewFile> files = new ArrayList<>();
    draft
        .secrets()
        .forEach(
            (setting, secret) ->
                files.add(
                    new NewFile(
                        Path.of(draft.values().getOrDefault(setting, List.of()).get(0)),
                        secret + "\n",
                        true)));
    files.add(
        new NewFile(
            configuration(),
            "# Written by 'penstock-client init'.\n" + SettingsFile.of(draft),
            false));
    if (format != Format.YAML) {
      files.add(new NewFile(unit(), unitText(draft), format == Format.KUBERNETES));
    }
    return files;
  }

  private String unitText(Draft draft) throws IOException {
    MountedFiles mounted = MountedFiles.of(draft);
    long stop = draft.config().shutdownGrace().plus(GOOD_BYE).toSeconds();
    return switch (format) {
      case SYSTEMD -> SystemdUnit.of(mounted, configuration(), Host.of(directory), stop);
      case DOCKER -> ComposeFile.of(mounted, configuration(), Host.of(directory), stop);
      case KUBERNETES -> KubernetesManifest.of(draft, mounted, image, stop);
      case YAML -> throw new IllegalStateException("the configuration is all");
    };
  }

  private Path configuration() {
    return directory.resolve("penstock.yaml");
  }

  private Path unit() {
    return switch (format) {
      case YAML -> configuration();
      case SYSTEMD -> directory.resolve("penstock-client.service");
      case DOCKER -> directory.resolve("compose.yaml");
      case KUBERNETES -> directory.resolve("penstock-client.kubernetes.yaml");
    };
  }

  private void next(Dialogue dialogue) {
    dialogue.say("");
    dialogue.say("Next:");
    dialogue.say("  java -jar penstock-client.jar check --config " + configuration());
    if (format == Format.YAML) {
      dialogue.say("  java -jar penstock-client.jar run --config " + configuration());
      return;
    }
    dialogue.say("  see the first lines of " + unit());
    if (format == Format.DOCKER && Host.of(directory).userId() == Host.NOBODY) {
      dialogue.say("  chown %1$d:%1$d the files that it names".formatted(Host.NOBODY));
    }
  }
}
