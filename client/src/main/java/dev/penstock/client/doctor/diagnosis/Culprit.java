package dev.penstock.client.doctor.diagnosis;

import java.util.Optional;

/**
 * Which of the hops that left marks did it.
 *
 * @param inWords who, and why it is thought to be that one
 */
record Culprit(Product product, String inWords) {

  /** Of what was changed on the way to the server: its own habits give nginx away. */
  static Culprit of(Arrived arrived, Marks marks) {
    boolean isLikeNginx = arrived.isHttp10() || arrived.headers().hasToken("Connection", "close");
    Optional<Hop> known =
        (isLikeNginx ? marks.of(Product.NGINX) : Optional.<Hop>empty()).or(marks::last);
    return known
        .map(hop -> new Culprit(hop.product(), inWords(hop, marks)))
        .orElseGet(
            () ->
                new Culprit(
                    Product.UNKNOWN,
                    "a hop that leaves no mark; the server saw it at " + arrived.peer()));
  }

  static String lastThatMarked(Hop hop) {
    return hop.inWords() + ", the last hop that left a mark";
  }

  private static String inWords(Hop hop, Marks marks) {
    boolean isLast = marks.last().filter(hop::equals).isPresent();
    return isLast ? lastThatMarked(hop) : hop.inWords();
  }
}
