package dev.penstock.server.fetch;

/** Learns how far a fetch is. Called on the event loop of the connection; must not block. */
public interface FetchProgress {
  /** {@code bytes} of {@code total} have been written. */
  void onWritten(long bytes, long total);
}
