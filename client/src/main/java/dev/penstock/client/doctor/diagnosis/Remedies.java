package dev.penstock.client.doctor.diagnosis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What to change, by cause and product: the table in {@code remedies.txt}, which says how it is
 * written.
 */
public final class Remedies {
  private static final String FILE = "remedies.txt";
  private static final String GENERAL = "*";
  private static final String PROXY = "proxy";
  private static final Map<String, String> TABLE = read();

  private Remedies() {}

  /** For this product, or for any where there is nothing special to say of it. */
  public static String of(Cause cause, Product product) {
    String general = Objects.requireNonNull(TABLE.get(key(cause.code(), GENERAL)));
    return TABLE.getOrDefault(key(cause.code(), product.code()), general);
  }

  /** The same; {@code {host}} and the like are replaced by what they are on this path. */
  static String of(Cause cause, Product product, Sent sent) {
    return filled(of(cause, product), sent);
  }

  /**
   * For the client's own proxy.
   *
   * @param address its host and port
   */
  static String ofProxy(Cause cause, Sent sent, String address) {
    String text = TABLE.getOrDefault(key(cause.code(), PROXY), of(cause, Product.UNKNOWN));
    return filled(text, sent).replace("{proxy}", address);
  }

  private static String filled(String text, Sent sent) {
    return text.replace("{host}", sent.hostInUrl())
        .replace("{port}", Integer.toString(sent.port()));
  }

  /** For each of those that can have done it, under its name where there are several. */
  static String of(Cause cause, List<Product> candidates, Sent sent) {
    List<Product> known =
        candidates.stream().filter(product -> product != Product.UNKNOWN).distinct().toList();
    boolean isOne = candidates.size() == 1 && known.size() == 1;
    if (known.isEmpty() || isOne) {
      return of(cause, isOne ? known.get(0) : Product.UNKNOWN, sent);
    }
    return known.stream()
        .map(product -> "if it is %s:\n%s".formatted(product.inWords(), of(cause, product, sent)))
        .collect(Collectors.joining("\n"));
  }

  private static Map<String, String> read() {
    try (InputStream in = Remedies.class.getResourceAsStream(FILE)) {
      return parse(
          new String(Objects.requireNonNull(in, FILE).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(FILE + " cannot be read", e);
    }
  }

  static Map<String, String> parse(String text) {
    Map<String, String> table = new HashMap<>();
    String cause = "";
    String product = "";
    for (String line : text.lines().toList()) {
      if (line.startsWith("== ")) {
        cause = line.substring("== ".length());
        product = "";
      } else if (line.startsWith("-- ")) {
        product = line.substring("-- ".length());
      } else if (!line.isBlank() && !cause.isEmpty()) {
        table.merge(key(cause, product), line, (before, next) -> before + "\n" + next);
      }
    }
    return Map.copyOf(table);
  }

  private static String key(String cause, String product) {
    return cause + " " + product;
  }
}
