package dev.penstock.client.limits;

/** The answer to a transfer that wants to begin. */
public sealed interface TransferGrant permits TransferGrant.Full, TransferPermit {
  /**
   * Not now: as many as may be are under way.
   *
   * @param explanation which limit is reached and what to do, for the caller
   */
  record Full(String explanation) implements TransferGrant {}
}
