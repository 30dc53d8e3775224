package dev.penstock.client.credentials;

import dev.penstock.client.credentials.Credentials.None;

/** What a file says about a registry. */
sealed interface Lookup {
  /** The credentials themselves, or that the file has none. */
  record Known(Credentials credentials) implements Lookup {}

  /**
   * That a helper knows.
   *
   * @param note for messages, when the helper has none; may be empty
   */
  record Ask(HelperRequest helper, String note) implements Lookup {
    /** Adds the note to a helper's having none. */
    Credentials explain(Credentials answer) {
      return answer instanceof None none && !note.isEmpty()
          ? new None(none.place() + " (" + note + ")")
          : answer;
    }
  }
}
