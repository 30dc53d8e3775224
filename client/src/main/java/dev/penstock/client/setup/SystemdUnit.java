package dev.penstock.client.setup;

import dev.penstock.client.Setting;
import java.nio.file.Path;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A unit for systemd 247 or later. Of what is read again the service's user is shown the
 * directories; of what is read once, and is often more secret, systemd hands it copies ({@code
 * BindReadOnlyPaths=} and {@code LoadCredential=} of systemd.exec(5)).
 */
final class SystemdUnit {
  private static final String COPIES = "${CREDENTIALS_DIRECTORY}/";
  private static final String SHOWN = "/run/penstock-client/";
  private static final Path LOGS = Path.of("/var/log");

  /** Names that a list of directories takes as they are. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*");

  private static final String UNIT =
      """
      # Written by 'penstock-client init'. To install, as root:
      #   useradd --system --user-group --no-create-home --shell /usr/sbin/nologin penstock
      %s#   install -D -m 644 -t /opt/penstock penstock-client penstock-client.jar
      #   install -m 644 penstock-client.service /etc/systemd/system/
      #   systemctl daemon-reload && systemctl enable --now penstock-client

      [Unit]
      Description=Penstock client
      Wants=network-online.target
      After=network-online.target
      StartLimitIntervalSec=0

      [Service]
      %sExecStart=/bin/sh /opt/penstock/penstock-client run --config ${CREDENTIALS_DIRECTORY}/config%s
      # Copies made at start, whoever may read the files themselves; after a change, restart.
      LoadCredential=config:%s
      %s%sRestart=always
      RestartSec=5
      # 2: the configuration is wrong, and starting again mends nothing.
      RestartPreventExitStatus=2
      # More than shutdown-grace, so that reads under way may end.
      TimeoutStopSec=%d

      # Not DynamicUser=yes: files that are read again need a user, or its group, that may read them.
      User=penstock
      UMask=0027
      NoNewPrivileges=yes
      CapabilityBoundingSet=
      ProtectSystem=strict
      ProtectHome=yes
      PrivateTmp=yes
      PrivateDevices=yes
      RemoveIPC=yes
      ProtectClock=yes
      ProtectHostname=yes
      ProtectKernelLogs=yes
      ProtectKernelModules=yes
      ProtectKernelTunables=yes
      ProtectControlGroups=yes
      ProtectProc=invisible
      RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
      RestrictNamespaces=yes
      RestrictRealtime=yes
      RestrictSUIDSGID=yes
      LockPersonality=yes
      SystemCallArchitectures=native
      SystemCallFilter=@system-service

      [Install]
      WantedBy=multi-user.target
      """;

  private static final String SHOWN_COMMENT =
      """
      # Read again when they change, so shown where they are: by directory, since a mount of a file
      # alone stays with the old one when an editor or a login puts another in its place.
      """;

  private SystemdUnit() {}

  /**
   * The unit's text.
   *
   * @param configuration the YAML file
   */
  static String of(MountedFiles files, Path configuration, Host host, long stopSeconds) {
    return UNIT.formatted(
        preparations(files),
        host.javaHome()
            .map(home -> "Environment=\"JAVA_HOME=" + SystemdText.path(home) + "\"\n")
            .orElse(""),
        flags(files),
        SystemdText.path(configuration),
        lines(
            files.of(FileUse.AT_START),
            file ->
                "LoadCredential=%s:%s\n"
                    .formatted(file.getKey().key(), SystemdText.path(file.getValue()))),
        shown(files),
        stopSeconds);
  }

  /** New files in a directory with the bit s belong to its group, too. */
  private static String preparations(MountedFiles files) {
    Map<Setting, Path> again = files.of(FileUse.AGAIN);
    String directories = words(again.values().stream().map(OwnDirectory::of));
    String its = words(again.values().stream());
    String shown =
        again.isEmpty()
            ? ""
            : """
              #   chgrp penstock %1$s %2$s
              #   chmod g+rxs %1$s
              #   chmod g+r %2$s
              # (The s gives new files in there that group, too.)
              """
                .formatted(directories, its);
    return shown
        + lines(
            files.of(FileUse.WRITTEN),
            file ->
                logs(file.getValue()).isPresent()
                    ? ""
                    : "#   install -d -m 750 -o penstock -g penstock %s\n"
                        .formatted(SystemdText.shell(OwnDirectory.of(file.getValue()))));
  }

  private static String words(Stream<Path> paths) {
    return paths.distinct().map(SystemdText::shell).collect(Collectors.joining(" "));
  }

  /** A log below /var/log is where the configuration says; all else is elsewhere. */
  private static String flags(MountedFiles files) {
    return lines(
        files.paths(),
        file -> {
          String key = file.getKey().key();
          boolean isCopy = FileUse.of(file.getKey()).orElseThrow() == FileUse.AT_START;
          boolean isThere =
              file.getKey() == Setting.AUDIT_FILE && logs(file.getValue()).isPresent();
          String place = isCopy ? COPIES + key : SystemdText.argument(target(file));
          return isThere ? "" : " --%s %s".formatted(key, place);
        });
  }

  private static String target(Entry<Setting, Path> file) {
    return SHOWN + file.getKey().key() + "/" + file.getValue().getFileName();
  }

  private static String shown(MountedFiles files) {
    String again = lines(files.of(FileUse.AGAIN), file -> bind("BindReadOnlyPaths=", file));
    String written =
        lines(
            files.of(FileUse.WRITTEN),
            file ->
                logs(file.getValue())
                    .map("LogsDirectory=%s\nLogsDirectoryMode=0750\n"::formatted)
                    .orElseGet(() -> bind("BindPaths=", file)));
    return (again.isEmpty() ? "" : SHOWN_COMMENT + again)
        + (written.isEmpty() ? "" : "# The audit log, which is also moved away there.\n" + written);
  }

  private static String bind(String key, Entry<Setting, Path> file) {
    Path directory = OwnDirectory.of(file.getValue());
    return key + SystemdText.bind(directory, SHOWN + file.getKey().key()) + "\n";
  }

  /** The name of a directory that systemd makes for the service; empty: it does not. */
  private static Optional<String> logs(Path file) {
    return Optional.of(OwnDirectory.of(file))
        .filter(directory -> directory.startsWith(LOGS))
        .map(directory -> LOGS.relativize(directory).toString())
        .filter(name -> PLAIN.matcher(name).matches());
  }

  private static String lines(
      Map<Setting, Path> files, Function<Entry<Setting, Path>, String> line) {
    return files.entrySet().stream()
        .map(file -> Objects.requireNonNull(line.apply(file)))
        .collect(Collectors.joining());
  }
}
