package dev.penstock.client.setup;

import static java.util.Map.entry;

import dev.penstock.client.Setting;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What the client does with a file that a setting names, and so what a unit has to see to. */
enum FileUse {
  /** It is read at start and not again, so that a copy made then will do. */
  AT_START,

  /**
   * It is read again, when it has changed or each time it is needed. Who changes a file often puts
   * another in its place, and a mount of the file alone would stay with the old one: it is to be
   * seen through its directory.
   */
  AGAIN,

  /** It is written, and made anew when it has been moved away: its directory has to be writable. */
  WRITTEN;

  private static final Map<Setting, FileUse> USES =
      new EnumMap<>(
          Map.ofEntries(
              entry(Setting.TOKEN_FILE, AGAIN),
              entry(Setting.POLICY_FILE, AGAIN),
              entry(Setting.AUDIT_FILE, WRITTEN),
              entry(Setting.REGISTRY_PASSWORD_FILE, AGAIN),
              entry(Setting.REGISTRY_AUTH_FILE, AGAIN),
              entry(Setting.REGISTRY_PROXY_PASSWORD_FILE, AGAIN),
              entry(Setting.PROXY_PASSWORD_FILE, AGAIN),
              entry(Setting.REGISTRY_CA, AT_START),
              entry(Setting.REGISTRY_CLIENT_CERTIFICATE, AT_START),
              entry(Setting.REGISTRY_CLIENT_KEY, AT_START),
              entry(Setting.CA, AT_START),
              entry(Setting.CLIENT_CERTIFICATE, AT_START),
              entry(Setting.CLIENT_KEY, AT_START)));

  /** Empty: the setting names no file. */
  static Optional<FileUse> of(Setting setting) {
    return Optional.ofNullable(USES.get(setting));
  }
}
