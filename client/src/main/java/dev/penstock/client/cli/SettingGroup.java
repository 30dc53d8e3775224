package dev.penstock.client.cli;

import dev.penstock.client.Setting;
import java.util.Set;

/** What a setting is about, by its key and its kind, so that a new one finds its place. */
enum SettingGroup {
  MAIN("What it cannot do without"),
  REGISTRIES("The registries, and the way to them"),
  SERVER("The way to the server"),
  OPERATION("How it runs"),
  LIMITS("Times and limits");

  private static final Set<Setting> REQUIRED =
      Set.of(Setting.SERVER, Setting.TUNNEL, Setting.TOKEN_FILE, Setting.REGISTRY, Setting.ALLOW);
  private static final Set<String> AMOUNTS = Set.of("TIME", "COUNT", "BYTES");

  private final String title;

  SettingGroup(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  static SettingGroup of(Setting setting) {
    if (REQUIRED.contains(setting)) {
      return MAIN;
    }
    if (AMOUNTS.contains(setting.label())) {
      return LIMITS;
    }
    String key = setting.key();
    if (key.startsWith("registry-")) {
      return REGISTRIES;
    }
    return key.matches("(no-)?proxy.*|ca|client-.*|server-.*") ? SERVER : OPERATION;
  }
}
