package dev.penstock.client.limits;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One pair of limits; what is empty is not limited.
 *
 * @param transfers of blobs under way at once
 * @param bytesPerSecond of all operations, as an average over more than a tenth of a second
 */
public record Limit(OptionalInt transfers, OptionalLong bytesPerSecond) {
  /** Limits nothing. */
  public static final Limit NONE = new Limit(OptionalInt.empty(), OptionalLong.empty());

  private static final int MAX_TRANSFERS = 10_000;
  private static final long MIN_BYTES_PER_SECOND = 1L << 10;
  private static final long MAX_BYTES_PER_SECOND = 1L << 40;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException beginning with the key of the policy file
   */
  public Limit {
    require(
        transfers.isEmpty() || (transfers.getAsInt() >= 1 && transfers.getAsInt() <= MAX_TRANSFERS),
        "transfers: accepted is 1 to " + MAX_TRANSFERS);
    require(
        bytesPerSecond.isEmpty()
            || (bytesPerSecond.getAsLong() >= MIN_BYTES_PER_SECOND
                && bytesPerSecond.getAsLong() <= MAX_BYTES_PER_SECOND),
        "bytes-per-second: accepted is 1KiB to 1024GiB");
  }

  /** A limit of both. */
  public static Limit of(int transfers, long bytesPerSecond) {
    return new Limit(OptionalInt.of(transfers), OptionalLong.of(bytesPerSecond));
  }

  /** A limit of transfers alone. */
  public static Limit ofTransfers(int transfers) {
    return new Limit(OptionalInt.of(transfers), OptionalLong.empty());
  }

  /** A limit of the rate alone. */
  public static Limit ofRate(long bytesPerSecond) {
    return new Limit(OptionalInt.empty(), OptionalLong.of(bytesPerSecond));
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
