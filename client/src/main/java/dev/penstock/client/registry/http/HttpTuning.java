package dev.penstock.client.registry.http;

/**
 * The settings of the JDK's HTTP client that exist only as system properties, and are read once,
 * when its first class is loaded. One given on the command line wins.
 */
final class HttpTuning {
  /**
   * Bytes of one read from the socket. The JDK's own 16 KiB make eight times as many reads, thread
   * hops and messages out of the same blob.
   */
  private static final int READ_BUFFER_BYTES = 128 * 1024;

  /**
   * How long an idle connection is kept for the next request: shorter than what registries and the
   * proxies before them allow, where JDK 17's own 1,200 s are longer than nearly all.
   */
  private static final int KEEP_ALIVE_SECONDS = 30;

  private static final String READ_BUFFER_KEY = "jdk.httpclient.bufsize";

  private HttpTuning() {}

  /** Call before anything else touches {@code java.net.http}. */
  static void apply() {
    setUnlessGiven(READ_BUFFER_KEY, READ_BUFFER_BYTES);
    setUnlessGiven("jdk.httpclient.keepalive.timeout", KEEP_ALIVE_SECONDS);
  }

  /** What is in force. */
  static int readBufferBytes() {
    return Integer.getInteger(READ_BUFFER_KEY, READ_BUFFER_BYTES);
  }

  private static void setUnlessGiven(String key, int value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, Integer.toString(value));
    }
  }
}
