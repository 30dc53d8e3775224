package dev.penstock.tunnel.probe;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something tried on an open line that did not come to its end: it says what. */
public final class ProbeException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient @Nullable ProbeEnd end;

  ProbeException(String message, @Nullable ProbeEnd end) {
    super(message);
    this.end = end;
  }

  /** The end of the line, if that is why. */
  public Optional<ProbeEnd> end() {
    return Optional.ofNullable(end);
  }
}
