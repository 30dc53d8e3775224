package dev.penstock.client.doctor.diagnosis;

import static dev.penstock.client.doctor.diagnosis.Product.*;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** What products do to silent or old connections unless they are told otherwise. */
final class KnownLimits {
  /** Timers of hops run a little late, and what is found by trying is a little off. */
  private static final double TOLERANCE = 0.1;

  private static final List<Known> IDLE =
      List.of(
          new Known(GOOGLE_LB, 30),
          new Known(HAPROXY, 50), // Debian's, which counts where no timeout tunnel is set
          new Known(NGINX, 60),
          new Known(APACHE, 60),
          new Known(TRAEFIK, 60),
          new Known(VARNISH, 60),
          new Known(AWS_ALB, 60),
          new Known(AWS_CLASSIC_ELB, 60),
          new Known(CLOUDFLARE, 100),
          new Known(ENVOY, 300),
          new Known(AZURE_FRONT_DOOR, 300),
          new Known(F5, 300),
          new Known(UNKNOWN, "an AWS network load balancer, which leaves no mark", 350),
          new Known(CLOUDFRONT, 600),
          new Known(SQUID, 900));

  private static final List<Known> LIFETIME =
      List.of(
          new Known(GOOGLE_LB, 30),
          new Known(TRAEFIK, 60),
          new Known(AZURE_FRONT_DOOR, 4 * 3600),
          new Known(SQUID, 24 * 3600));

  private KnownLimits() {}

  /** One product, or one that cannot leave a mark and so is {@link Product#UNKNOWN}. */
  private record Known(Product product, String inWords, long seconds) {
    Known(Product product, long seconds) {
      this(product, product.inWords(), seconds);
    }

    boolean isLike(Duration limit) {
      return Math.abs(limit.toMillis() - seconds * 1000) <= seconds * 1000 * TOLERANCE;
    }

    boolean isOf(Hop hop) {
      return product != UNKNOWN && product == hop.product();
    }
  }

  static Diagnosis diagnosis(Cause cause, Sent sent, Marks marks, Duration limit) {
    List<Known> alike =
        (cause == Cause.IDLE_LIMIT ? IDLE : LIFETIME)
            .stream().filter(known -> known.isLike(limit)).toList();
    String seen =
        cause == Cause.IDLE_LIMIT
            ? "a connection without data was cut after "
            : "a connection in use was cut at the age of ";
    return Diagnoses.found(
        cause,
        sent,
        culprit(marks, alike),
        seen + Diagnoses.inWords(limit) + "; " + marks.inWords());
  }

  private static Culprit culprit(Marks marks, List<Known> alike) {
    List<Hop> byDefault =
        marks.hops().stream()
            .filter(hop -> alike.stream().anyMatch(known -> known.isOf(hop)))
            .toList();
    if (byDefault.isEmpty()) {
      return marks.hops().isEmpty()
          ? Culprit.nobodyKnown(usual(alike))
          : Culprit.amongAll(marks, unmarked(alike));
    }
    String who =
        (byDefault.size() == 1 ? byDefault.get(0).inWords() : Culprit.oneOf(byDefault))
            + ", whose default this is";
    return new Culprit(
        isSure(byDefault, alike) ? who : who + ", or one that leaves no mark",
        byDefault.stream().map(Hop::product).toList());
  }

  /** A limit that others have, too, may be one's that left no mark; and so may a guess be wrong. */
  private static boolean isSure(List<Hop> byDefault, List<Known> alike) {
    return byDefault.size() == 1 && byDefault.get(0).isCertain() && alike.size() == 1;
  }

  private static String usual(List<Known> alike) {
    return alike.isEmpty()
        ? ""
        : "; this is the default of "
            + alike.stream().map(Known::inWords).collect(Collectors.joining(", "));
  }

  /** Those that can have done it beside the hops that are known. */
  private static String unmarked(List<Known> alike) {
    return usual(alike.stream().filter(known -> known.product() == UNKNOWN).toList());
  }
}
