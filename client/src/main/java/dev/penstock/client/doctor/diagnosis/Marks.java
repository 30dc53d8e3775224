package dev.penstock.client.doctor.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The hops that left marks on a request and its answer, from the client's side to the server's: in
 * the order of {@code Via} (RFC 9110 §7.6.3), the others where their kind usually stands.
 */
public record Marks(List<Hop> hops) {
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
    return new Marks(HopsFound.by(arrived, answer).inOrder());
  }

  /** With this hop before all others, the client's own proxy. */
  public Marks behind(Hop proxy) {
    return new Marks(Stream.concat(Stream.of(proxy), hops.stream()).toList());
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
    String all = hops.stream().map(Hop::inWords).collect(Collectors.joining(", then "));
    return switch (hops.size()) {
      case 0 -> "no hop left a mark";
      case 1 -> "one hop left a mark: " + all;
      default -> "hops that left a mark, as they usually stand from here on: " + all;
    };
  }
}
