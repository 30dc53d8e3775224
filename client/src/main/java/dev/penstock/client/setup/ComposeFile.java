package dev.penstock.client.setup;

import dev.penstock.client.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file for {@code docker compose}: the script and the jar of this directory on a public Java
 * image.
 */
final class ComposeFile {
  private static final String DIRECTORY = "/opt/penstock/";
  private static final String CONFIGURATION = "/etc/penstock/penstock.yaml";

  private static final String HEADER =
      """
      # Written by 'penstock-client init'. To run: put penstock-client and
      # penstock-client.jar beside this file, and
      #   docker compose up -d
      # The user is the one whose files these are: it has to be able to read them.
      """;

  private ComposeFile() {}

  static String of(MountedFiles files, Path configuration, Host host, long stopSeconds) {
    Map<String, Object> secrets = new LinkedHashMap<>();
    files
        .paths()
        .forEach((setting, path) -> secrets.put(setting.key(), Map.of("file", plain(path))));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("services", Map.of("penstock-client", service(files, host, stopSeconds)));
    document.put("configs", Map.of("penstock-yaml", Map.of("file", plain(configuration))));
    document.put("secrets", secrets);
    return HEADER + YamlText.of(document);
  }

  private static Map<String, Object> service(MountedFiles files, Host host, long stopSeconds) {
    Map<String, Object> service = new LinkedHashMap<>();
    service.put("image", "eclipse-temurin:17-jre");
    service.put("entrypoint", List.of("/bin/sh", DIRECTORY + "penstock-client"));
    service.put("command", command(files));
    service.put("volumes", List.of(mount("penstock-client"), mount("penstock-client.jar")));
    service.put("configs", List.of(ordered("source", "penstock-yaml", "target", CONFIGURATION)));
    service.put("secrets", files.paths().keySet().stream().map(Setting::key).toList());
    service.put("user", host.userId() + ":" + host.groupId());
    service.put("read_only", true);
    // Native code is unpacked there, and run.
    service.put("tmpfs", List.of("/tmp:exec,mode=1777,size=32m"));
    service.put("cap_drop", List.of("ALL"));
    service.put("security_opt", List.of("no-new-privileges:true"));
    service.put("restart", "unless-stopped");
    service.put("stop_grace_period", stopSeconds + "s");
    return service;
  }

  private static String mount(String program) {
    return "./" + program + ":" + DIRECTORY + program + ":ro";
  }

  private static List<String> command(MountedFiles files) {
    List<String> command = new ArrayList<>(List.of("run", "--config", CONFIGURATION));
    for (Setting setting : files.paths().keySet()) {
      command.add("--" + setting.key());
      command.add("/run/secrets/" + setting.key());
    }
    return command;
  }

  private static Map<String, Object> ordered(String key, Object value, String other, Object its) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(key, value);
    map.put(other, its);
    return map;
  }

  /** A dollar sign begins a variable. */
  private static String plain(Path path) {
    return path.toString().replace("$", "$$");
  }
}
