package dev.penstock.tunnel.connection;

/** The steps to a connection, in order. */
public enum ConnectStep {
  CONNECT,
  PROXY,
  TLS
}
