package dev.penstock.client.registry.http;

import java.io.IOException;
import java.time.Duration;

/** A body that brought nothing for the stall time-out while its reader was waiting for it. */
public final class StalledException extends IOException {
  private static final long serialVersionUID = 1;

  StalledException(Duration stallTimeout) {
    super("sent nothing for " + stallTimeout.toMillis() + " ms in the middle of a response");
  }
}
