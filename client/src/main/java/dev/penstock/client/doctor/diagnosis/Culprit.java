package dev.penstock.client.doctor.diagnosis;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which of the hops that left marks did it: one, where what was seen tells, and else all that can
 * have done it.
 *
 * @param inWords who, and why it is thought to be that one
 * @param products of all that can have done it
 */
record Culprit(String inWords, List<Product> products) {
  /** Those that take an upgrade for a plain request unless they are told of it. */
  private static final Set<Product> KNOWS_NO_UPGRADE =
      EnumSet.of(
          Product.NGINX,
          Product.APACHE,
          Product.AWS_CLASSIC_ELB,
          Product.VARNISH,
          Product.SQUID,
          Product.AZURE_FRONT_DOOR,
          Product.CLOUDFRONT);

  /** Of versions that speak HTTP/1.0 to servers unless they are told otherwise: before 1.29.7. */
  private static final Pattern OLD_NGINX =
      Pattern.compile("nginx/(0\\.|1\\.(1?[0-9]|2[0-8]|29\\.[0-6])(\\.|\\b))");

  /** Of what was changed on the way to the server. */
  static Culprit of(Cause cause, Arrived arrived, Marks marks) {
    if (marks.hops().isEmpty()) {
      return nobodyKnown("; the server saw it at " + arrived.peer());
    }
    List<Hop> likely =
        switch (cause) {
          // No other speaks it to servers of its own accord.
          case HTTP10_UPSTREAM -> only(marks, EnumSet.of(Product.NGINX));
          // nginx passes each of the two on by a line of its own.
          case CONNECTION_HEADER_DROPPED -> only(marks, EnumSet.of(Product.NGINX));
          case UPGRADE_DROPPED ->
              arrived.headers().hasToken("Connection", "upgrade")
                  ? List.of() // who knows no upgrade would have dropped that, too
                  : only(toldOfNothing(marks), KNOWS_NO_UPGRADE);
          default -> List.of();
        };
    return likely.isEmpty() ? among(marks.hops(), marks) : among(likely, marks);
  }

  /** Of what any hop can do, marked or not: cut lines, limit messages, hold them back. */
  static Culprit amongAll(Marks marks) {
    return amongAll(marks, "");
  }

  /** The same, with more to say. */
  static Culprit amongAll(Marks marks, String more) {
    List<Hop> hops = marks.hops();
    if (hops.isEmpty()) {
      return nobodyKnown(more);
    }
    return new Culprit(
        (hops.size() == 1
                ? hops.get(0).inWords() + ", the only hop that left a mark, or one that leaves none"
                : oneOf(hops) + ", or one that leaves no mark; what was seen does not tell which")
            + more,
        hops.stream().map(Hop::product).toList());
  }

  static String oneOf(List<Hop> hops) {
    return "one of: " + hops.stream().map(Hop::inWords).collect(Collectors.joining(", "));
  }

  private static Culprit among(List<Hop> hops, Marks marks) {
    List<Product> products = hops.stream().map(Hop::product).toList();
    if (hops.size() == 1) {
      return new Culprit(alone(hops.get(0), marks), products);
    }
    return new Culprit(oneOf(hops) + "; what was seen does not tell which", products);
  }

  static Culprit nobodyKnown(String more) {
    return new Culprit("a hop that leaves no mark" + more, List.of());
  }

  private static String alone(Hop hop, Marks marks) {
    boolean isLast = marks.last().filter(hop::equals).isPresent();
    return isLast
        ? hop.inWords() + ", the last hop that left a mark"
        : hop.inWords() + ", which does so unless it is told otherwise";
  }

  private static List<Hop> only(Marks marks, Set<Product> products) {
    return marks.hops().stream().filter(hop -> products.contains(hop.product())).toList();
  }

  /**
   * Without an nginx that has been told of HTTP/1.1, which people do for upgrades: wherever it
   * stands, whoever it asks would have seen it speak HTTP/1.0.
   */
  private static Marks toldOfNothing(Marks marks) {
    return new Marks(
        marks.hops().stream()
            .filter(
                hop ->
                    !isOldNginx(hop)
                        || marks.hops().stream()
                            .anyMatch(other -> !hop.equals(other) && !other.tellsOfHttp10()))
            .toList());
  }

  private static boolean isOldNginx(Hop hop) {
    return hop.product() == Product.NGINX
        && hop.marks().stream().anyMatch(mark -> OLD_NGINX.matcher(mark).find());
  }
}
