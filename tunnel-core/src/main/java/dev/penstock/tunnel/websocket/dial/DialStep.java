package dev.penstock.tunnel.websocket.dial;

/** The steps of a dial, in order. */
public enum DialStep {
  CONNECT("no TCP connection to"),
  PROXY("no answer from the HTTP proxy on the way to"),
  TLS("no TLS with"),
  UPGRADE("no answer to the upgrade request from");

  private final String unfinished;

  DialStep(String unfinished) {
    this.unfinished = unfinished;
  }

  /** What is missing while this step has not been passed; the target follows. */
  String unfinished() {
    return unfinished;
  }
}
