package dev.penstock.client.service;

/**
 * The sizes that a transfer of a blob is made of.
 *
 * @param messageBytes the most data in one message; 1 MiB by contract at most
 * @param readAheadBytes the most that is asked of the registry before gRPC has taken it, per
 *     transfer
 * @param readyThresholdBytes a stream counts as ready while gRPC has less than this to send for it
 */
public record TransferOptions(int messageBytes, int readAheadBytes, int readyThresholdBytes) {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;

  /**
   * Messages of 128 KiB make the cost per message small; twice that waiting in gRPC keeps the
   * socket busy while the next read is under way; four reads ahead cover a registry's jitter.
   */
  public static final TransferOptions DEFAULTS =
      new TransferOptions(128 * 1024, 512 * 1024, 256 * 1024);

  /** Checks the ranges. */
  public TransferOptions {
    require(messageBytes > 0 && messageBytes <= MAX_MESSAGE_BYTES, "messageBytes: 1 to 1048576");
    require(readAheadBytes > 0, "readAheadBytes: more than 0");
    require(readyThresholdBytes > 0, "readyThresholdBytes: more than 0");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
