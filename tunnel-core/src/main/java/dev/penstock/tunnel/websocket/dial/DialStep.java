package dev.penstock.tunnel.websocket.dial;

/** The steps of a dial, in order. */
public enum DialStep {
  CONNECT("no TCP connection"),
  PROXY("no tunnel through the HTTP proxy"),
  TLS("no TLS"),
  UPGRADE("no answer to the upgrade request");

  private final String unfinished;

  DialStep(String unfinished) {
    this.unfinished = unfinished;
  }

  /** What is missing while this step has not been passed. */
  String unfinished() {
    return unfinished;
  }
}
