package dev.penstock.client.setup;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Setting;
import dev.penstock.client.credentials.AuthFiles;
import dev.penstock.tunnel.connection.ClientTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files that settings name and that a unit or a container has to be given, by setting, each
 * with its absolute path. Where they are given, each is called by its setting's key.
 */
record MountedFiles(Map<Setting, Path> paths) {
  private static final Set<Setting> FILES =
      EnumSet.of(
          Setting.TOKEN_FILE,
          Setting.REGISTRY_PASSWORD_FILE,
          Setting.REGISTRY_AUTH_FILE,
          Setting.REGISTRY_CA,
          Setting.REGISTRY_CLIENT_CERTIFICATE,
          Setting.REGISTRY_CLIENT_KEY,
          Setting.REGISTRY_PROXY_PASSWORD_FILE,
          Setting.PROXY_PASSWORD_FILE,
          Setting.CA,
          Setting.CLIENT_CERTIFICATE,
          Setting.CLIENT_KEY);

  static MountedFiles of(Draft draft) throws IOException {
    Map<Setting, Path> paths = new EnumMap<>(Setting.class);
    for (Map.Entry<Setting, List<String>> entry : draft.values().entrySet()) {
      String value = entry.getValue().get(0);
      if (isNamedBy(entry.getKey(), value)) {
        paths.put(entry.getKey(), path(entry.getKey(), value, draft.config()));
      }
    }
    return new MountedFiles(paths);
  }

  /** Whether a setting with this value names such a file. */
  static boolean isNamedBy(Setting setting, String value) {
    boolean isPlatforms =
        (setting == Setting.CA || setting == Setting.REGISTRY_CA)
            && Path.of(value).equals(ClientTls.PLATFORM);
    return FILES.contains(setting) && !isPlatforms;
  }

  /** An absolute path: whoever starts the client may be elsewhere. */
  static String absolute(Setting setting, String value) {
    return isSearched(setting, value)
        ? value
        : Path.of(value).toAbsolutePath().normalize().toString();
  }

  private static boolean isSearched(Setting setting, String value) {
    return setting == Setting.REGISTRY_AUTH_FILE && value.equals("default");
  }

  private static Path path(Setting setting, String value, ClientConfig config) throws IOException {
    if (!isSearched(setting, value)) {
      return Path.of(absolute(setting, value));
    }
    AuthFiles files = config.authFiles();
    List<Path> searched = files == null ? List.of() : files.paths();
    return searched.stream()
        .filter(Files::isReadable)
        .findFirst()
        .orElseThrow(
            () -> new IOException("registry-auth-file: there is none of %s".formatted(searched)));
  }
}
