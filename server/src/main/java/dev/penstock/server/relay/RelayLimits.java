package dev.penstock.server.relay;

/** The bounds of what one relayed call may hold. */
public final class RelayLimits {
  /**
   * Bytes in a caller's transport below which it counts as ready for more. With the default, 32
   * KiB, each message of 128 KiB would wait for the one before it to leave.
   */
  public static final int CALLER_READY_BYTES = 512 << 10;

  /** Bytes that may wait for their hash before the next message is asked for. */
  public static final long DIGEST_BACKLOG_BYTES = 2 << 20;

  /** Most bytes of a blob in one message, as the contract has it; it rules out none at all, too. */
  public static final int MAX_DATA_BYTES = 1 << 20;

  /** Largest message that is passed on, either way: the 4 MiB of a manifest, and its envelope. */
  public static final int MAX_MESSAGE_BYTES = (4 << 20) + (64 << 10);

  private RelayLimits() {}
}
