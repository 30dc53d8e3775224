package dev.penstock.client.doctor.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a reverse proxy without a mark of its own is by the look of the headers it adds or rewrites:
 * each product's usual set is another.
 *
 * @param mark what it was seen by
 */
record Shape(Product product, String mark) {
  /** What people have nginx add, and hardly anybody else. */
  private static final List<String> NGINX_ADDS =
      List.of("X-Forwarded-Scheme", "X-Scheme", "X-Real-IP");

  /** Names that we write with capitals, and no hop has a reason to set. */
  private static final List<String> OUR_OWN = List.of(Answerer.PROBE_HEADER, "User-Agent");

  /**
   * What is not explained by hops that are known by name. One of a known product is a mark more of
   * that.
   */
  static List<Shape> of(Arrived arrived, List<Product> known) {
    List<Shape> shapes = new ArrayList<>();
    named(arrived.headers(), known).ifPresent(shapes::add);
    lowered(arrived.headers(), known).ifPresent(shapes::add);
    nginx(arrived)
        .filter(shape -> known.contains(shape.product) || !isExplained(all(known, shapes)))
        .ifPresent(shapes::add);
    balancer(arrived)
        .filter(shape -> !isExplained(adding(arrived, all(known, shapes))))
        .ifPresent(shapes::add);
    if (shapes.isEmpty()) {
      anybody(arrived.headers(), known).ifPresent(shapes::add);
    }
    return shapes;
  }

  private static boolean isExplained(List<Product> products) {
    return products.stream()
        .anyMatch(
            product ->
                product.place() == Product.Place.BALANCER
                    || product.place() == Product.Place.INGRESS);
  }

  private static List<Product> all(List<Product> known, List<Shape> shapes) {
    return Stream.concat(known.stream(), shapes.stream().map(Shape::product)).toList();
  }

  /** Two products call themselves by a name there. */
  private static Optional<Shape> named(HeaderFields headers, List<Product> known) {
    String header = "X-Forwarded-Server";
    boolean isTraefik =
        (headers.has("X-Real-IP") || headers.has("X-Forwarded-Port"))
            && known.stream().noneMatch(List.of(Product.APACHE, Product.NGINX)::contains);
    return headers.has(header)
        ? marked(isTraefik ? Product.TRAEFIK : Product.APACHE, headers, header)
        : Optional.empty();
  }

  /** Names in lower case also come out of CDNs, load balancers and Envoy, by way of HTTP/2. */
  private static Optional<Shape> lowered(HeaderFields headers, List<Product> known) {
    boolean isByOther =
        known.stream()
            .map(Product::place)
            .anyMatch(
                List.of(Product.Place.CDN, Product.Place.BALANCER, Product.Place.SIDECAR)
                    ::contains);
    return isByOther
        ? Optional.empty()
        : OUR_OWN.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .filter(name -> headers.fields().stream().anyMatch(field -> field.name().equals(name)))
            .findFirst()
            .map(name -> new Shape(Product.HAPROXY, "header names in lower case, as " + name));
  }

  private static Optional<Shape> nginx(Arrived arrived) {
    HeaderFields headers = arrived.headers();
    return NGINX_ADDS.stream()
        .filter(headers::has)
        .findFirst()
        .flatMap(header -> marked(Product.NGINX, headers, header))
        .or(
            () ->
                isHttp10OfNginx(arrived)
                    ? Optional.of(new Shape(Product.NGINX, "HTTP/1.0 with Connection: close"))
                    : Optional.empty());
  }

  private static boolean isHttp10OfNginx(Arrived arrived) {
    return arrived.isHttp10() && arrived.headers().hasToken("Connection", "close");
  }

  /** Those that may have added headers: an nginx that speaks as by its defaults adds none. */
  private static List<Product> adding(Arrived arrived, List<Product> products) {
    boolean isByDefault =
        isHttp10OfNginx(arrived) && NGINX_ADDS.stream().noneMatch(arrived.headers()::has);
    return products.stream().filter(product -> !isByDefault || product != Product.NGINX).toList();
  }

  private static Optional<Shape> balancer(Arrived arrived) {
    HeaderFields headers = arrived.headers();
    return Stream.of("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port")
            .allMatch(headers::has)
        ? marked(Product.AWS_CLASSIC_ELB, headers, "X-Forwarded-Port")
        : Optional.empty();
  }

  /** Somebody whom nobody else explains; each hop that adds its peer to a list adds one. */
  private static Optional<Shape> anybody(HeaderFields headers, List<Product> known) {
    long adding =
        headers.all("X-Forwarded-For").flatMap(all -> Stream.of(all.split(",", -1))).count();
    if (!known.isEmpty()) {
      return adding > known.size()
          ? marked(Product.UNKNOWN, headers, "X-Forwarded-For")
          : Optional.empty();
    }
    return Stream.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host")
        .filter(headers::has)
        .findFirst()
        .flatMap(header -> marked(Product.UNKNOWN, headers, header));
  }

  private static Optional<Shape> marked(Product product, HeaderFields headers, String header) {
    return Optional.of(new Shape(product, Hop.mark(headers, header)));
  }
}
