package dev.penstock.server.canary;

import java.util.Locale;

/** How a canary of one tunnel ended: the label {@code outcome} of its metric. */
enum Outcome {
  /** It came back as it was, and no registry is known to be in trouble. */
  OK,
  /** It came back as it was; of late a registry behind the client did not answer. */
  REGISTRY,
  /** The client answered with an error. */
  CLIENT,
  /** No answer came. */
  TUNNEL,
  /** Other bytes came back. */
  ALTERED,
  /** The client is older than canaries. */
  UNSUPPORTED,
  /** The client had as many calls as it may; nothing was sent. */
  BUSY;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The part of the way that is at fault, of a failure. */
  String hop() {
    return this == ALTERED ? TUNNEL.label() : label();
  }

  /** Whether somebody has to do something. */
  boolean isFailure() {
    return this == REGISTRY || this == CLIENT || this == TUNNEL || this == ALTERED;
  }
}
