package dev.penstock.client.setup;

import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * A unit for systemd 247 or later. The service's user owns nothing and can read nothing of ours:
 * systemd hands it copies of the files ({@code LoadCredential=} of systemd.exec(5)).
 */
final class SystemdUnit {
  private static final String DIRECTORY = "${CREDENTIALS_DIRECTORY}/";

  private static final String UNIT =
      """
      # Written by 'penstock-client init'. To install, as root:
      #   install -D -m 644 -t /opt/penstock penstock-client penstock-client.jar
      #   install -m 644 penstock-client.service /etc/systemd/system/
      #   systemctl daemon-reload && systemctl enable --now penstock-client
      # The files of LoadCredential= are read at each start; after a change, restart.

      [Unit]
      Description=Penstock client
      Wants=network-online.target
      After=network-online.target
      StartLimitIntervalSec=0

      [Service]
      %sExecStart=/bin/sh /opt/penstock/penstock-client run --config ${CREDENTIALS_DIRECTORY}/config%s
      LoadCredential=config:%s
      %sRestart=always
      RestartSec=5
      # 2: the configuration is wrong, and starting again mends nothing.
      RestartPreventExitStatus=2
      # More than shutdown-grace, so that reads under way may end.
      TimeoutStopSec=%d

      DynamicUser=yes
      UMask=0077
      NoNewPrivileges=yes
      CapabilityBoundingSet=
      ProtectSystem=strict
      ProtectHome=yes
      PrivateTmp=yes
      PrivateDevices=yes
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

  private SystemdUnit() {}

  /**
   * The unit's text.
   *
   * @param configuration the YAML file
   */
  static String of(MountedFiles files, Path configuration, Host host, long stopSeconds) {
    String flags =
        files.paths().keySet().stream()
            .map(setting -> " --" + setting.key() + " " + DIRECTORY + setting.key())
            .collect(Collectors.joining());
    String credentials =
        files.paths().entrySet().stream()
            .map(
                file ->
                    "LoadCredential=%s:%s\n"
                        .formatted(file.getKey().key(), specifiers(file.getValue())))
            .collect(Collectors.joining());
    return UNIT.formatted(
        host.javaHome()
            .map(home -> "Environment=\"JAVA_HOME=" + specifiers(home) + "\"\n")
            .orElse(""),
        flags,
        specifiers(configuration),
        credentials,
        stopSeconds);
  }

  /** A percent sign begins a specifier (systemd.unit(5)). */
  private static String specifiers(Path path) {
    return path.toString().replace("%", "%%");
  }
}
