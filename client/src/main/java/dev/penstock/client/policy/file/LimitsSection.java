package dev.penstock.client.policy.file;

import dev.penstock.client.limits.Limit;
import dev.penstock.client.limits.Limits;
import dev.penstock.client.policy.Quoted;
import dev.penstock.client.policy.RegistryPattern;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads {@code limits}. */
final class LimitsSection {
  private static final String TRANSFERS = "transfers";
  private static final String BYTES_PER_SECOND = "bytes-per-second";
  private static final String REGISTRIES = "registries";

  private LimitsSection() {}

  /** The limits under this key of the file. */
  static Limits read(Section file, String key) {
    return file.section(key, TRANSFERS, BYTES_PER_SECOND, REGISTRIES)
        .map(section -> new Limits(limit(section), registries(section)))
        .orElse(Limits.NONE);
  }

  private static Map<String, Limit> registries(Section limits) {
    Map<String, Limit> all = new HashMap<>();
    limits
        .section(REGISTRIES)
        .ifPresent(section -> section.values().keySet().forEach(name -> put(section, name, all)));
    return all;
  }

  private static void put(Section registries, String name, Map<String, Limit> all) {
    if (!RegistryPattern.isName(name)) {
      throw registries.wrong(
          Quoted.of(name), "is no registry's name; limits take names in full, without '*'");
    }
    registries
        .section(name, TRANSFERS, BYTES_PER_SECOND)
        .ifPresent(section -> all.put(name, limit(section)));
  }

  private static Limit limit(Section section) {
    OptionalInt transfers =
        section
            .text(TRANSFERS)
            .map(text -> OptionalInt.of(section.parse(TRANSFERS, text, LimitsSection::count)))
            .orElse(OptionalInt.empty());
    OptionalLong rate =
        section
            .text(BYTES_PER_SECOND)
            .map(text -> OptionalLong.of(section.parse(BYTES_PER_SECOND, text, ByteSize::parse)))
            .orElse(OptionalLong.empty());
    return section.make(() -> new Limit(transfers, rate));
  }

  private static int count(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(Quoted.of(text) + " is not a whole number", e);
    }
  }
}
