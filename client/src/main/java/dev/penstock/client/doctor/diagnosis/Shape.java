package dev.penstock.client.doctor.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a reverse proxy without a mark of its own is by the look of the headers it adds: each
 * product's usual set is another.
 *
 * @param mark what it was seen by
 */
record Shape(Product product, String mark) {

  /** Empty where a hop that adds such headers is known by name. */
  static Optional<Shape> of(Arrived arrived, List<Product> known) {
    boolean isExplained =
        known.stream()
            .anyMatch(
                product ->
                    product.place() == Product.Place.BALANCER
                        || product.place() == Product.Place.INGRESS);
    return isExplained ? Optional.empty() : guess(arrived, known.isEmpty());
  }

  private static Optional<Shape> guess(Arrived arrived, boolean nothingIsKnown) {
    HeaderFields headers = arrived.headers();
    if (headers.has("X-Forwarded-Server")) {
      boolean isTraefik = headers.has("X-Real-IP") || headers.has("X-Forwarded-Port");
      return marked(isTraefik ? Product.TRAEFIK : Product.APACHE, headers, "X-Forwarded-Server");
    }
    for (String header : List.of("X-Forwarded-Scheme", "X-Scheme", "X-Real-IP")) {
      if (headers.has(header)) {
        return marked(Product.NGINX, headers, header);
      }
    }
    if (arrived.isHttp10() && headers.hasToken("Connection", "close")) {
      return Optional.of(new Shape(Product.NGINX, "HTTP/1.0 with Connection: close"));
    }
    if (Stream.of("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port")
        .allMatch(headers::has)) {
      return marked(Product.AWS_CLASSIC_ELB, headers, "X-Forwarded-Port");
    }
    return nothingIsKnown ? anybody(headers) : Optional.empty();
  }

  private static Optional<Shape> anybody(HeaderFields headers) {
    return Stream.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host")
        .filter(headers::has)
        .findFirst()
        .flatMap(header -> marked(Product.UNKNOWN, headers, header));
  }

  private static Optional<Shape> marked(Product product, HeaderFields headers, String header) {
    return Optional.of(new Shape(product, Hop.mark(headers, header)));
  }
}
