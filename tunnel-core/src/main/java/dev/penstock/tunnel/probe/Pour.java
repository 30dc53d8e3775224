package dev.penstock.tunnel.probe;

import dev.penstock.tunnel.websocket.WebSocket;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Sends random bytes, which no hop can compress, as fast as the socket takes them and never more
 * than it takes. Event loop only.
 */
final class Pour {
  /** After so many the event loop is left to others for a moment. */
  private static final int TURN_BYTES = 1024 * 1024;

  private static final int PIECE_BYTES = 16 * 1024;

  private final WebSocket webSocket;
  private final int messageBytes;
  private final IntConsumer onSent;
  private final Runnable whenSent;
  private final SplittableRandom random = new SplittableRandom();
  private final byte[] piece;
  private long left;
  private boolean stopped;

  /** True while it sends, and while it leaves the event loop to others. */
  private boolean busy;

  /**
   * @param onSent called for each message with its bytes
   * @param whenSent called once, when the last message has been given to the socket
   */
  Pour(WebSocket webSocket, long bytes, int messageBytes, IntConsumer onSent, Runnable whenSent) {
    this.webSocket = webSocket;
    this.left = bytes;
    this.messageBytes = messageBytes;
    this.piece = new byte[Math.min(messageBytes, PIECE_BYTES)];
    this.onSent = onSent;
    this.whenSent = whenSent;
  }

  /** Goes on for as long as the socket takes more; called again whenever that changes. */
  void run() {
    if (stopped || busy) {
      return; // a flush within the turn below tells of a change, which that turn sees by itself
    }
    busy = true;
    takeTurn();
    if (stopped) {
      return;
    }
    if (left == 0) {
      stopped = true;
      whenSent.run();
    } else if (webSocket.isWritable()) {
      // Scheduled: a task that is only given to the loop comes before the sockets of others.
      var unused = webSocket.eventLoop().schedule(this::goOn, 0, TimeUnit.NANOSECONDS);
    } else {
      busy = false;
    }
  }

  private void goOn() {
    busy = false;
    run();
  }

  private void takeTurn() {
    int turn = 0;
    while (!stopped && left > 0 && webSocket.isWritable() && turn < TURN_BYTES) {
      turn += sendMessage();
      if (!webSocket.isWritable()) {
        webSocket.flush(); // it may take all of it at once
      }
    }
    webSocket.flush();
  }

  /** Sends no more, and does not call back. */
  void stop() {
    stopped = true;
  }

  private int sendMessage() {
    int bytes = (int) Math.min(left, messageBytes);
    ByteBuf message = webSocket.allocate(bytes);
    for (int missing = bytes; missing > 0; missing -= piece.length) {
      random.nextBytes(piece);
      message.writeBytes(piece, 0, Math.min(missing, piece.length));
    }
    webSocket.sendBinary(message).release();
    left -= bytes;
    onSent.accept(bytes);
    return bytes;
  }
}
