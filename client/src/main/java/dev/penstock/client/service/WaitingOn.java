package dev.penstock.client.service;

import dev.penstock.tunnel.ops.TransferTimes;

/** What the transfer of a blob can wait for, as this end sees it. */
public enum WaitingOn implements TransferTimes.Cause {
  /** It was asked, and nothing has come. */
  REGISTRY("registry", "the registry"),
  /**
   * Bytes are there or could be, and the stream takes none: its HTTP/2 window is closed or the
   * tunnel is full. Whether by the line, the server or the caller cannot be told from here.
   */
  CLIENT_WINDOW("client_window", "the client's window"),
  /** Bytes are wanted, and the customer's rate does not let them be asked for yet. */
  RATE_LIMIT("rate_limit", "the customer's rate limit");

  private final String label;
  private final String words;

  WaitingOn(String label, String words) {
    this.label = label;
    this.words = words;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String words() {
    return words;
  }
}
