package dev.penstock.tunnel.channel;

import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Connection;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;

/**
 * How full the HTTP/2 windows of a tunnel's open streams are (RFC 9113 §5.2), summed over the
 * streams. The connection's own window is left out: gRPC gives it back on receipt, so it tells of
 * the way and never of a reader.
 *
 * @param sentBytes of payload sent, without room for as many having been given again; the other end
 *     gives it again as its reader reads, but by halves of a window
 * @param sendWindowBytes the bound of {@code sentBytes}: the windows, as the other end has set them
 * @param unreadBytes of payload received, and not yet read by whoever takes the streams' messages
 * @param receiveWindowBytes the bound of {@code unreadBytes}: the windows, as set at this end
 */
public record StreamWindows(
    long sentBytes, long sendWindowBytes, long unreadBytes, long receiveWindowBytes) {
  /** Of no stream. */
  public static final StreamWindows NONE = new StreamWindows(0, 0, 0, 0);

  /** Both of these and of those. */
  public StreamWindows plus(StreamWindows other) {
    return new StreamWindows(
        sentBytes + other.sentBytes,
        sendWindowBytes + other.sendWindowBytes,
        unreadBytes + other.unreadBytes,
        receiveWindowBytes + other.receiveWindowBytes);
  }

  /** Of all that are open. On the connection's event loop. */
  static StreamWindows of(Http2Connection connection) {
    StreamWindows[] sum = {NONE};
    try {
      connection.forEachActiveStream(
          stream -> {
            sum[0] = sum[0].plus(of(connection, stream));
            return true;
          });
    } catch (Http2Exception e) {
      throw new IllegalStateException("looking at a stream cannot fail", e);
    }
    return sum[0];
  }

  private static StreamWindows of(Http2Connection connection, Http2Stream stream) {
    var sending = connection.remote().flowController();
    var receiving = connection.local().flowController();
    int window = sending.initialWindowSize();
    return new StreamWindows(
        Math.max(0, window - sending.windowSize(stream)),
        window,
        receiving.unconsumedBytes(stream),
        receiving.initialWindowSize(stream));
  }
}
