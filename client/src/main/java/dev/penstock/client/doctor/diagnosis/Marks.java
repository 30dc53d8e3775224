package dev.penstock.client.doctor.diagnosis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The hops that left marks on a request and its answer, from the client's side to the server's: in
 * the order of {@code Via} (RFC 9110 §7.6.3), the others where their kind usually stands.
 */
public record Marks(List<Hop> hops) {
  private static final List<String> NAMING_ON_ANSWERS = List.of("Server", "Proxy-Agent");

  /** Copies them. */
  public Marks {
    hops = List.copyOf(hops);
  }

  /**
   * Walks them.
   *
   * @param arrived null: nobody knows what reached the server
   * @param answer null: none came
   */
  public static Marks of(@Nullable Arrived arrived, Answer.@Nullable Http answer) {
    Collector found = new Collector();
    if (arrived != null) {
      found.via(arrived.headers(), true);
      found.signs(Signs.ON_REQUESTS, arrived.headers(), true);
      Shape.of(arrived, found.products()).ifPresent(found::shape);
    }
    if (answer != null) {
      found.via(answer.headers(), false);
      found.signs(Signs.ON_ANSWERS, answer.headers(), false);
      NAMING_ON_ANSWERS.forEach(name -> found.named(answer.headers(), name));
    }
    return new Marks(found.hops());
  }

  /** The one nearest to the server of those that marked the request. */
  public Optional<Hop> last() {
    List<Hop> marking = hops.stream().filter(Hop::isOnRequest).toList();
    List<Hop> candidates = marking.isEmpty() ? hops : marking;
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(candidates.get(candidates.size() - 1));
  }

  Optional<Hop> of(Product product) {
    return hops.stream().filter(hop -> hop.product() == product).findFirst();
  }

  /** All of them in one line. */
  public String inWords() {
    return hops.isEmpty()
        ? "no hop left a mark"
        : "hops that left a mark, from here on: "
            + hops.stream().map(Hop::inWords).collect(Collectors.joining(", then "));
  }

  /** Hops as they come to light. */
  private static final class Collector {
    private final List<Hop> ordered = new ArrayList<>();
    private final Map<Product, Hop> unordered = new EnumMap<>(Product.class);

    /** Each element of Via is one hop; the nearest to the server, or to us, is the last. */
    void via(HeaderFields headers, boolean isOnRequest) {
      List<String> elements =
          new ArrayList<>(
              headers.all("Via").flatMap(value -> Stream.of(value.split(",", -1))).toList());
      if (!isOnRequest) {
        Collections.reverse(elements);
      }
      for (String element : elements) {
        if (!element.isBlank()) {
          Product product = Signs.named(element).orElse(Product.UNKNOWN);
          add(product, Hop.mark("Via", element.strip()), isOnRequest, true);
        }
      }
    }

    void signs(List<Sign> signs, HeaderFields headers, boolean isOnRequest) {
      for (Sign sign : signs) {
        if (sign.isOn(headers)) {
          add(sign.product(), Hop.mark(headers, sign.header()), isOnRequest, false);
        }
      }
    }

    void named(HeaderFields headers, String header) {
      String value = headers.first(header).orElse("");
      Signs.named(value).ifPresent(product -> add(product, Hop.mark(header, value), false, false));
    }

    void shape(Shape shape) {
      unordered.put(shape.product(), new Hop(shape.product(), false, List.of(shape.mark()), true));
    }

    List<Product> products() {
      List<Product> products = new ArrayList<>(unordered.keySet());
      ordered.forEach(hop -> products.add(hop.product()));
      return products;
    }

    private void add(Product product, String mark, boolean isOnRequest, boolean isOrdered) {
      for (int i = 0; i < ordered.size(); i++) {
        // One that does not say what it is may come twice, and be two.
        if (product != Product.UNKNOWN && ordered.get(i).product() == product) {
          ordered.set(i, more(ordered.get(i), mark, isOnRequest));
          return;
        }
      }
      Hop known = product == Product.UNKNOWN ? null : unordered.remove(product);
      Hop hop =
          known == null
              ? new Hop(product, true, List.of(mark), isOnRequest)
              : more(known, mark, isOnRequest);
      if (isOrdered && (isOnRequest || product != Product.UNKNOWN)) {
        ordered.add(hop);
      } else if (product != Product.UNKNOWN) {
        unordered.put(product, hop);
      }
    }

    /** A second mark of the same product makes it certain. */
    private static Hop more(Hop hop, String mark, boolean isOnRequest) {
      List<String> marks = new ArrayList<>(hop.isCertain() ? hop.marks() : List.of());
      marks.add(mark);
      if (!hop.isCertain()) {
        marks.addAll(hop.marks());
      }
      return new Hop(hop.product(), true, marks, hop.isOnRequest() || isOnRequest);
    }

    List<Hop> hops() {
      List<Hop> all = new ArrayList<>(ordered);
      unordered.values().forEach(hop -> all.add(placeOf(hop, all), hop));
      return all;
    }

    /** Behind the last that usually stands before it. */
    private static int placeOf(Hop hop, List<Hop> among) {
      for (int i = among.size(); i > 0; i--) {
        Product before = among.get(i - 1).product();
        if (before == Product.UNKNOWN || before.place().compareTo(hop.product().place()) <= 0) {
          return i;
        }
      }
      return 0;
    }
  }
}
