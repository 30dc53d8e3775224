package dev.penstock.client.doctor.diagnosis;

import static dev.penstock.client.doctor.diagnosis.Product.*;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What products do to silent or old connections unless they are told otherwise. */
final class KnownLimits {
  /** Timers of hops run a little late, and what is found by trying is a little off. */
  private static final double TOLERANCE = 0.1;

  private static final List<Known> IDLE =
      List.of(
          new Known(GOOGLE_LB, 30),
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
          new Known(CLOUDFRONT, 600),
          new Known(SQUID, 900));

  private static final List<Known> LIFETIME =
      List.of(
          new Known(GOOGLE_LB, 30),
          new Known(TRAEFIK, 60),
          new Known(AZURE_FRONT_DOOR, 4 * 3600),
          new Known(SQUID, 24 * 3600));

  private KnownLimits() {}

  private record Known(Product product, long seconds) {
    boolean isLike(Duration limit) {
      return Math.abs(limit.toMillis() - seconds * 1000) <= seconds * 1000 * TOLERANCE;
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
            .filter(hop -> alike.stream().anyMatch(known -> known.product() == hop.product()))
            .toList();
    if (byDefault.isEmpty()) {
      return marks.hops().isEmpty() ? Culprit.nobodyKnown(likely(alike)) : Culprit.amongAll(marks);
    }
    List<Product> products = byDefault.stream().map(Hop::product).toList();
    return byDefault.size() == 1
        ? new Culprit(byDefault.get(0).inWords() + ", whose default this is", products)
        : new Culprit(Culprit.oneOf(byDefault) + "; it is the default of each", products);
  }

  private static String likely(List<Known> alike) {
    return alike.isEmpty()
        ? ""
        : "; this is the default of "
            + Stream.of(alike.toArray(new Known[0]))
                .map(known -> known.product().inWords())
                .collect(Collectors.joining(", "));
  }
}
