package dev.penstock.client.policy;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a caller may ask, one for each method of the Registry service. */
public enum Operation {
  FETCH_BLOB,
  STAT_BLOB,
  FETCH_MANIFEST,
  STAT_MANIFEST,
  LIST_TAGS,
  LIST_REPOSITORIES,
  LIST_REFERRERS;

  /** Every one. */
  public static final Set<Operation> ALL =
      Collections.unmodifiableSet(EnumSet.allOf(Operation.class));

  private static final Set<Operation> LISTS =
      Collections.unmodifiableSet(EnumSet.of(LIST_TAGS, LIST_REPOSITORIES, LIST_REFERRERS));

  private static final Set<Operation> READS =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.copyOf(LISTS)));

  private static final Map<String, Set<Operation>> GROUPS =
      Map.of("read", READS, "list", LISTS, "all", ALL);

  /** As written in a configuration, e.g. {@code fetch-blob}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The operation of this key.
   *
   * @throws IllegalArgumentException listing what there is
   */
  public static Operation parse(String key) {
    return Stream.of(values())
        .filter(operation -> operation.key().equals(key))
        .findFirst()
        .orElseThrow(() -> unknown(key, keys()));
  }

  /**
   * What a word of a rule stands for: one operation by its key, {@code read} for all but lists,
   * {@code list} for the lists, {@code all} for all.
   *
   * @throws IllegalArgumentException listing what there is
   */
  public static Set<Operation> parseGroup(String word) {
    Set<Operation> group = GROUPS.get(word);
    if (group != null) {
      return group;
    }
    return Stream.of(values())
        .filter(operation -> operation.key().equals(word))
        .findFirst()
        .map(Set::of)
        .orElseThrow(
            () -> unknown(word, keys() + ", and read (all but lists), list (the lists), all"));
  }

  private static String keys() {
    return Stream.of(values()).map(Operation::key).collect(Collectors.joining(", "));
  }

  private static IllegalArgumentException unknown(String given, String accepted) {
    return new IllegalArgumentException(
        "there is no operation %s; there are %s".formatted(Quoted.of(given), accepted));
  }

  @Override
  public String toString() {
    return key();
  }
}
