package dev.penstock.client.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, in the registry's order.
 *
 * @param entries what the registry gave, but for entries outside the grammar; may be none
 * @param next where the list goes on; null: this is the last page
 */
public record Page<T>(List<T> entries, @Nullable PageToken next) {

  /** Copies the list. */
  public Page {
    entries = List.copyOf(entries);
  }
}
