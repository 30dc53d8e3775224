package dev.penstock.testing.registry;

/** A way in which a registry serves one blob wrongly. Offsets count from the blob's start. */
public sealed interface Fault {

  /** Answers with this HTTP status and no body of use. */
  record Status(int code) implements Fault {}

  /** Announces the whole blob, and closes the connection at this offset. */
  record CloseAt(long offset) implements Fault {}

  /** Announces the whole blob, and sends nothing from this offset on, with the connection open. */
  record StallAt(long offset) implements Fault {}

  /** Serves, and announces, a blob that ends at this offset. */
  record Shorten(long size) implements Fault {}

  /** Serves, and announces, a blob with this many zero bytes more at its end. */
  record Lengthen(long extraBytes) implements Fault {}

  /** Announces the blob as it is, and sends this many zero bytes more behind its end. */
  record Overrun(long extraBytes) implements Fault {}

  /** Answers 200 and everything to whoever asks for a range. */
  record IgnoreRange() implements Fault {}

  /** Answers 206 to whoever asks for a range, with one that begins so much later or earlier. */
  record OtherRange(long shift) implements Fault {}

  /** Flips one bit of the byte at this offset. */
  record Corrupt(long offset) implements Fault {}
}
