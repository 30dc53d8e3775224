package dev.penstock.client.setup;

import static dev.penstock.client.setup.YamlText.ordered;

import dev.penstock.client.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A file for {@code docker compose}: the script and the jar of this directory on a public Java
 * image. Of what is read again the container has the directories.
 */
final class ComposeFile {
  private static final String PROGRAM = "/opt/penstock/";
  private static final String FILES = "/etc/penstock/";
  private static final String CONFIGURATION = FILES + "penstock.yaml";
  private static final String COPIES = "/run/secrets/";
  private static final String LOGS = "/var/log/penstock";

  private static final String HEADER =
      """
      # Written by 'penstock-client init'. To run: put penstock-client and
      # penstock-client.jar beside this file, and
      %s#   docker compose up -d
      # The user is the one whose files these are: it has to be able to read them. Files that are
      # read again when they change are mounted by directory, since a mount of a file alone stays
      # with the old one when an editor or a login puts another in its place.
      """;

  private ComposeFile() {}

  static String of(MountedFiles files, Path configuration, Host host, long stopSeconds) {
    Map<String, Object> secrets = new LinkedHashMap<>();
    files
        .of(FileUse.AT_START)
        .forEach(
            (setting, path) -> secrets.put(setting.key(), Map.of("file", plain(path.toString()))));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("services", Map.of("penstock-client", service(files, host, stopSeconds)));
    document.put(
        "configs", Map.of("penstock-yaml", Map.of("file", plain(configuration.toString()))));
    if (!secrets.isEmpty()) {
      document.put("secrets", secrets);
    }
    return HEADER.formatted(preparations(files, host)) + YamlText.of(document);
  }

  private static String preparations(MountedFiles files, Host host) {
    StringBuilder lines = new StringBuilder();
    for (Path written : files.of(FileUse.WRITTEN).values()) {
      lines.append(
          "#   install -d -m 750 -o %d -g %d %s\n"
              .formatted(
                  host.userId(), host.groupId(), SystemdText.shell(OwnDirectory.of(written))));
    }
    return lines.toString();
  }

  private static Map<String, Object> service(MountedFiles files, Host host, long stopSeconds) {
    Map<String, Object> service = new LinkedHashMap<>();
    service.put("image", "eclipse-temurin:17-jre");
    service.put("entrypoint", List.of("/bin/sh", PROGRAM + "penstock-client"));
    service.put("command", command(files));
    service.put("volumes", volumes(files));
    service.put("configs", List.of(ordered("source", "penstock-yaml", "target", CONFIGURATION)));
    List<String> copies = files.of(FileUse.AT_START).keySet().stream().map(Setting::key).toList();
    if (!copies.isEmpty()) {
      service.put("secrets", copies);
    }
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

  private static List<Object> volumes(MountedFiles files) {
    List<Object> volumes =
        new ArrayList<>(
            Stream.of("penstock-client", "penstock-client.jar").map(ComposeFile::program).toList());
    files
        .of(FileUse.AGAIN)
        .forEach((setting, path) -> volumes.add(mount(path, FILES + setting.key(), true)));
    files.of(FileUse.WRITTEN).values().forEach(path -> volumes.add(mount(path, LOGS, false)));
    return volumes;
  }

  private static String program(String name) {
    return "./" + name + ":" + PROGRAM + name + ":ro";
  }

  /** Docker would make a directory that is not there, for root alone. */
  private static Map<String, Object> mount(Path file, String target, boolean isReadOnly) {
    Map<String, Object> mount =
        ordered("type", "bind", "source", plain(OwnDirectory.of(file).toString()));
    mount.put("target", target);
    mount.put("read_only", isReadOnly);
    mount.put("bind", Map.of("create_host_path", false));
    return mount;
  }

  private static List<String> command(MountedFiles files) {
    List<String> command = new ArrayList<>(List.of("run", "--config", CONFIGURATION));
    files
        .paths()
        .forEach(
            (setting, path) -> {
              command.add("--" + setting.key());
              command.add(plain(target(setting, path)));
            });
    return command;
  }

  private static String target(Setting setting, Path path) {
    return switch (FileUse.of(setting).orElseThrow()) {
      case AT_START -> COPIES + setting.key();
      case AGAIN -> FILES + setting.key() + "/" + path.getFileName();
      case WRITTEN -> LOGS + "/" + path.getFileName();
    };
  }

  /** A dollar sign begins a variable. */
  private static String plain(String text) {
    return text.replace("$", "$$");
  }
}
