package dev.penstock.client.doctor.diagnosis;

import dev.penstock.tunnel.connection.ForeignText;
import java.util.ArrayList;
import java.util.List;

/**
 * Something between client and server that left a mark.
 *
 * @param isCertain false where only the pattern of its marks tells what it is
 * @param marks such as {@code Server: nginx/1.22.1}; what it left on the request comes first
 * @param isOnRequest whether it left one of them on the request, and not only on the answer
 */
public record Hop(Product product, boolean isCertain, List<String> marks, boolean isOnRequest) {

  /** Copies the marks. */
  public Hop {
    marks = List.copyOf(marks);
  }

  /** Such as {@code nginx (Server: nginx/1.22.1)}. */
  public String inWords() {
    return "%s%s (%s)"
        .formatted(product.inWords(), isCertain ? "" : ", by the look of it", marks.get(0));
  }

  /** The same, seen by the marks of a guess at it, too. */
  Hop with(Hop guess) {
    List<String> all = new ArrayList<>(marks);
    all.addAll(guess.marks);
    return new Hop(product, isCertain, all, isOnRequest || guess.isOnRequest);
  }

  /**
   * Whether we would know if the hop before it spoke HTTP/1.0: by {@code Via} (RFC 9110 §7.6.3), or
   * because it speaks as it is spoken to.
   */
  boolean tellsOfHttp10() {
    return product == Product.HAPROXY || marks.stream().anyMatch(mark -> mark.startsWith("Via: "));
  }

  static String mark(HeaderFields headers, String name) {
    return mark(name, headers.first(name).orElse(""));
  }

  /** Whatever a hop wrote, fit to be shown; of cookies only the name. */
  static String mark(String name, String value) {
    String shown = name.equalsIgnoreCase("Set-Cookie") ? value.replaceFirst("=.*", "") : value;
    return name + ": " + ForeignText.printable(shown);
  }
}
