package dev.penstock.tunnel.websocket.dial;

/** The steps of a dial, in order. */
public enum DialStep {
  CONNECT,
  PROXY,
  TLS,
  UPGRADE
}
