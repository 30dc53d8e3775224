package dev.penstock.client.doctor.diagnosis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Hops as they come to light, mark by mark: which marks are of one hop, and where it stands. */
final class HopsFound {
  private static final List<String> NAMING_ON_ANSWERS = List.of("Server", "Proxy-Agent");

  private final List<Hop> ordered = new ArrayList<>();
  private boolean areAllInLowerCase;
  private final Map<Product, Hop> unordered = new EnumMap<>(Product.class);

  static HopsFound by(@Nullable Arrived arrived, Answer.@Nullable Http answer) {
    HopsFound found = new HopsFound();
    if (arrived != null) {
      found.via(arrived.headers(), true);
      found.signs(Signs.ON_REQUESTS, arrived.headers(), true);
    }
    if (answer != null) {
      found.via(answer.headers(), false);
      found.signs(Signs.ON_ANSWERS, answer.headers(), false);
      NAMING_ON_ANSWERS.forEach(name -> found.named(answer.headers(), name));
    }
    if (arrived != null) {
      Shape.of(arrived, found.products()).forEach(found::shape);
      found.areAllInLowerCase = isInLowerCase(arrived.headers());
    }
    return found;
  }

  /** Then nobody behind the one that writes them so has written any. */
  private static boolean isInLowerCase(HeaderFields headers) {
    return headers.fields().stream()
        .map(HeaderFields.Field::name)
        .allMatch(name -> name.equals(name.toLowerCase(Locale.ROOT)));
  }

  /** Each element of Via is one hop; the nearest to the server, or to us, is the last. */
  private void via(HeaderFields headers, boolean isOnRequest) {
    List<String> elements =
        new ArrayList<>(
            headers.all("Via").flatMap(value -> Stream.of(value.split(",", -1))).toList());
    if (!isOnRequest) {
      Collections.reverse(elements);
    }
    for (String element : elements) {
      if (!element.isBlank()) {
        Product product = Signs.named(element).orElseGet(() -> alias(element, headers));
        add(product, Hop.mark("Via", element.strip()), isOnRequest, true);
      }
    }
  }

  /** Apache httpd writes the same name of its own into another header; by itself it has no more. */
  private static Product alias(String element, HeaderFields headers) {
    String name = element.strip().replaceFirst("^\\S+\\s+([^\\s:]+).*", "$1");
    return headers.first("X-Forwarded-Server").filter(name::equalsIgnoreCase).isPresent()
        ? Product.APACHE
        : Product.UNKNOWN;
  }

  private void signs(List<Sign> signs, HeaderFields headers, boolean isOnRequest) {
    for (Sign sign : signs) {
      if (sign.isOn(headers)) {
        add(sign.product(), Hop.mark(headers, sign.header()), isOnRequest, false);
      }
    }
  }

  private void named(HeaderFields headers, String header) {
    String value = headers.first(header).orElse("");
    Signs.named(value).ifPresent(product -> add(product, Hop.mark(header, value), false, false));
  }

  private void shape(Shape shape) {
    Hop guessed = new Hop(shape.product(), false, List.of(shape.mark()), true);
    for (int i = 0; i < ordered.size(); i++) {
      if (ordered.get(i).product() == shape.product()) {
        ordered.set(i, ordered.get(i).with(guessed));
        return;
      }
    }
    unordered.merge(shape.product(), guessed, Hop::with);
  }

  private List<Product> products() {
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

  /** From the client's side on. */
  List<Hop> inOrder() {
    List<Hop> all = new ArrayList<>(ordered);
    unordered.values().forEach(hop -> all.add(placeOf(hop, all), hop));
    Hop lowering = unordered.get(Product.HAPROXY);
    if (lowering != null && !lowering.isCertain()) {
      all.remove(lowering);
      all.add(areAllInLowerCase ? all.size() : beforeIngresses(all), lowering);
    }
    return all;
  }

  /** What it wrote has been written anew by others, which stand behind it. */
  private static int beforeIngresses(List<Hop> all) {
    int place = 0;
    while (place < all.size()
        && all.get(place).product().place().compareTo(Product.Place.INGRESS) < 0) {
      place++;
    }
    return place;
  }

  /** Behind the last that usually stands before it. */
  private int placeOf(Hop hop, List<Hop> among) {
    for (int i = among.size(); i > 0; i--) {
      Hop before = among.get(i - 1);
      int order = before.product().place().compareTo(hop.product().place());
      // Of two of a kind, the name on the answer is that of the one in front.
      boolean isInFront = order == 0 && !hop.isOnRequest() && ordered.contains(before);
      if (before.product() == Product.UNKNOWN || (order <= 0 && !isInFront)) {
        return i;
      }
    }
    return 0;
  }
}
