package dev.penstock.server.relay;

import dev.penstock.tunnel.ops.TransferTimes;

/** What a call of the registry's service can wait for, as the server sees it. */
public enum WaitingOn implements TransferTimes.Cause {
  /** No client has it: none is attached, or all have as many calls as they may. */
  CLIENT("client", "a client to take it"),
  /**
   * The next message was asked for and has not come. Whether by the line, the client or the
   * registry cannot be told from here; the client's own figures tell.
   */
  TUNNEL("tunnel", "the tunnel"),
  /** The server takes nothing, since what it has must be hashed first. */
  SERVER_WINDOW("server_window", "the server's window"),
  /** The caller's window is closed, or its connection is full. */
  CALLER("caller", "the caller");

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
