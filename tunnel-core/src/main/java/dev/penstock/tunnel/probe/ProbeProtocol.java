package dev.penstock.tunnel.probe;

import dev.penstock.tunnel.websocket.WebSocketSettings;
import java.time.Duration;

/** The names and bounds of the probe, version 1, as in {@code proto/README.md}. */
final class ProbeProtocol {
  static final String SUBPROTOCOL = "penstock.probe.v1";

  /** Comes back in the answer to the upgrade, whatever that is. */
  static final String NONCE = "Penstock-Probe";

  static final String ARRIVED = "arrived";
  static final String RECEIVE = "receive";
  static final String TOTAL = "total";
  static final String RECEIVED = "received";
  static final String SEND = "send";
  static final String SENT = "sent";

  /** Of an echo, and of {@code send}. */
  static final int MAX_MESSAGE_BYTES = 1024 * 1024;

  /** Payload that one probe may move: received, and asked for. */
  static final long MAX_BYTES = 256L * 1024 * 1024;

  /** Of one {@code send}: small messages cost more than their bytes. */
  static final int MAX_MESSAGES = 65_536;

  /** Text messages from one dialer: they move nothing, and are read all the same. */
  static final int MAX_TEXTS = 65_536;

  static final int MAX_PER_TUNNEL = 32;
  static final int MAX_IN_ALL = 256;

  /** What the echoes of all probes may hold of memory. */
  static final long MAX_HELD_BYTES = 64L * 1024 * 1024;

  static final Duration LONGEST = Duration.ofHours(2);

  /** {@code arrived} is longer than a verb of control. */
  private static final int MAX_TEXT_BYTES = 64 * 1024;

  /** A peer that takes nothing for 1¼ of it, of what it has asked for, is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(24);

  private static final int MAX_VERB_BYTES = 4096;

  private ProbeProtocol() {}

  static WebSocketSettings accepting() {
    return new WebSocketSettings(true, MAX_MESSAGE_BYTES, PATIENCE).quiet(MAX_VERB_BYTES);
  }

  static WebSocketSettings dialling() {
    return new WebSocketSettings(false, MAX_MESSAGE_BYTES, PATIENCE).quiet(MAX_TEXT_BYTES);
  }
}
