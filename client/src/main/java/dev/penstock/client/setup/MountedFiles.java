package dev.penstock.client.setup;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Setting;
import dev.penstock.client.audit.AuditTarget;
import dev.penstock.client.credentials.AuthFiles;
import dev.penstock.tunnel.connection.ClientTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The files that settings name and that a unit or a container has to be given, by setting, each
 * with its absolute path.
 */
record MountedFiles(Map<Setting, Path> paths) {

  static MountedFiles of(Draft draft) throws IOException {
    Map<Setting, Path> paths = new EnumMap<>(Setting.class);
    for (Map.Entry<Setting, List<String>> entry : draft.values().entrySet()) {
      Setting setting = entry.getKey();
      String value = entry.getValue().get(0);
      if (isNamedBy(setting, value)) {
        paths.put(setting, path(setting, value, draft.config()));
      }
    }
    return new MountedFiles(paths);
  }

  /** Those of one use. */
  Map<Setting, Path> of(FileUse use) {
    Map<Setting, Path> some = new EnumMap<>(paths);
    some.keySet().removeIf(setting -> FileUse.of(setting).orElseThrow() != use);
    return some;
  }

  /** Whether this value of a setting stands for such a file. */
  static boolean isNamedBy(Setting setting, String value) {
    return FileUse.of(setting).isPresent() && !isNoFile(setting, value);
  }

  /** An absolute path: whoever starts the client may be elsewhere. */
  static String absolute(Setting setting, String value) {
    return isSearched(setting, value)
        ? value
        : Path.of(value).toAbsolutePath().normalize().toString();
  }

  private static boolean isNoFile(Setting setting, String value) {
    return switch (setting) {
      case AUDIT_FILE -> AuditTarget.parse(value).file() == null;
      case CA, REGISTRY_CA -> Path.of(value).equals(ClientTls.PLATFORM);
      default -> false;
    };
  }

  private static boolean isSearched(Setting setting, String value) {
    return setting == Setting.REGISTRY_AUTH_FILE && value.equals("default");
  }

  private static Path path(Setting setting, String value, ClientConfig config) throws IOException {
    if (!isSearched(setting, value)) {
      return withDirectory(Path.of(absolute(setting, value)));
    }
    AuthFiles files = config.authFiles();
    List<Path> searched = files == null ? List.of() : files.paths();
    return searched.stream()
        .filter(Files::isReadable)
        .findFirst()
        .map(MountedFiles::withDirectory)
        .orElseThrow(
            () -> new IOException("registry-auth-file: there is none of %s".formatted(searched)));
  }

  /** A link that leads out of its directory leads nowhere once the directory is elsewhere. */
  private static Path withDirectory(Path path) {
    try {
      Path real = path.toRealPath();
      return real.startsWith(OwnDirectory.of(path).toRealPath()) ? path : real;
    } catch (IOException e) {
      return path; // not there yet; 'check' says so
    }
  }
}
