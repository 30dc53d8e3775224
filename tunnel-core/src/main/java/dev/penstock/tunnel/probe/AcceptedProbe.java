package dev.penstock.tunnel.probe;

import dev.penstock.tunnel.connection.ForeignText;
import dev.penstock.tunnel.session.Applicant;
import dev.penstock.tunnel.websocket.CloseCode;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accepting end of one probe: echoes, counts or sends, as it is told, within its bounds.
 *
 * <p>A dialer that does not read what it has asked for stops being read itself, and is given up
 * when it goes on so. Event loop only, but for what says otherwise.
 */
final class AcceptedProbe implements WebSocketListener {
  private static final Logger log = LoggerFactory.getLogger(AcceptedProbe.class);
  private static final int FIRST_PIECE_BYTES = 1024;

  private final WebSocket webSocket;
  private final Applicant applicant;
  private final ProbeTable table;
  private final long openedNanos = System.nanoTime();

  private Mode mode = Mode.ECHOING;

  /** The message that is to be echoed, as far as it has come. */
  private @Nullable ByteBuf echo;

  /** Bytes of echoes, come or not yet taken by the socket, that count in the table. */
  private int heldBytes;

  private long countedBytes;
  private long movedBytes;
  private int texts;
  private @Nullable Pour pour;
  private @Nullable ScheduledFuture<?> end;

  /** True once closing has begun: nothing that still comes counts. */
  private boolean ending;

  private enum Mode {
    ECHOING,
    COUNTING,
    SENDING
  }

  AcceptedProbe(WebSocket webSocket, Applicant applicant, ProbeTable table) {
    this.webSocket = webSocket;
    this.applicant = applicant;
    this.table = table;
  }

  /** Any thread. */
  String tunnelId() {
    return applicant.tunnelId();
  }

  /** Any thread. */
  Object principal() {
    return applicant.principal();
  }

  /** Says what arrived; the first thing on the WebSocket. */
  void begin(String arrived) {
    if (!ending) {
      end =
          webSocket
              .eventLoop()
              .schedule(
                  () -> close(CloseCode.NORMAL, "a probe ends after 2 h"),
                  ProbeProtocol.LONGEST.toNanos(),
                  TimeUnit.NANOSECONDS);
      webSocket.sendText(ProbeProtocol.ARRIVED + " " + arrived);
    }
  }

  /** Ends it with this code. Any thread. */
  void end(int code, String reason) {
    webSocket.eventLoop().execute(() -> close(code, reason));
  }

  private void close(int code, String reason) {
    if (!ending) {
      stop();
      webSocket.close(code, reason);
    }
  }

  private void refuse(String reason) {
    close(CloseCode.POLICY_VIOLATION, reason);
  }

  @Override
  public void onBinary(ByteBuf piece) {
    int bytes = piece.readableBytes();
    try {
      if (!ending && spend(bytes)) {
        table.received(bytes);
        take(piece, bytes);
      }
    } finally {
      piece.release();
    }
  }

  private void take(ByteBuf piece, int bytes) {
    switch (mode) {
      case ECHOING -> collect(piece, bytes);
      case COUNTING -> countedBytes += bytes;
      case SENDING -> refuse("wait for 'sent' before you send");
    }
  }

  /** Copied: pieces are parts of buffers that may be far larger than what came in them. */
  private void collect(ByteBuf piece, int bytes) {
    if (!table.hold(bytes)) {
      close(CloseCode.TRY_AGAIN_LATER, "other probes' echoes take all the memory there is");
      return;
    }
    heldBytes += bytes;
    if (echo == null) {
      echo = webSocket.allocate(FIRST_PIECE_BYTES);
    }
    echo.writeBytes(piece);
  }

  @Override
  public void onBinaryEnd() {
    if (ending || mode == Mode.COUNTING) {
      return;
    }
    if (mode == Mode.SENDING) {
      refuse("wait for 'sent' before you send");
      return;
    }
    ByteBuf whole = echo == null ? webSocket.allocate(0) : echo;
    echo = null;
    table.sent(whole.readableBytes());
    webSocket.sendBinary(whole).release();
    pauseIfFull();
  }

  @Override
  public void onText(String text) {
    if (ending) {
      return;
    }
    if (++texts > ProbeProtocol.MAX_TEXTS) {
      refuse("a probe takes at most %d text messages".formatted(ProbeProtocol.MAX_TEXTS));
      return;
    }
    obey(text.split(" ", -1));
  }

  private void obey(String[] words) {
    switch (words[0]) {
      case ProbeProtocol.RECEIVE -> receive(words);
      case ProbeProtocol.TOTAL -> total(words);
      case ProbeProtocol.SEND -> send(words);
      default -> {
        // Of another version: not for us.
      }
    }
  }

  private void receive(String[] words) {
    if (words.length != 1 || mode != Mode.ECHOING || echo != null) {
      refuse("'receive' stands alone, and begins between messages that are echoed");
      return;
    }
    mode = Mode.COUNTING;
    countedBytes = 0;
  }

  private void total(String[] words) {
    if (words.length != 1 || mode != Mode.COUNTING) {
      refuse("'total' stands alone, and comes after 'receive'");
      return;
    }
    mode = Mode.ECHOING;
    webSocket.sendText(ProbeProtocol.RECEIVED + " " + countedBytes);
  }

  private void send(String[] words) {
    if (mode != Mode.ECHOING) {
      refuse("'send' while another 'send' or 'receive' is under way");
      return;
    }
    SendRequest asked = SendRequest.parse(words).orElse(null);
    if (asked == null) {
      refuse(SendRequest.ACCEPTED);
    } else if (spend(asked.bytes())) {
      mode = Mode.SENDING;
      pour =
          new Pour(
              webSocket,
              asked.bytes(),
              asked.messageBytes(),
              table::sent,
              () -> sent(asked.bytes()));
      pour.run();
    }
  }

  private void sent(long bytes) {
    mode = Mode.ECHOING;
    pour = null;
    webSocket.sendText(ProbeProtocol.SENT + " " + bytes);
  }

  /** Counts what is moved; ends the probe when it is too much. */
  private boolean spend(long bytes) {
    movedBytes += bytes;
    if (movedBytes > ProbeProtocol.MAX_BYTES) {
      refuse("a probe moves at most %d bytes".formatted(ProbeProtocol.MAX_BYTES));
      return false;
    }
    return true;
  }

  @Override
  public void onReadComplete() {
    webSocket.flush();
    pauseIfFull();
  }

  @Override
  public void onWritabilityChanged() {
    if (ending) {
      return;
    }
    pauseIfFull();
    if (pour != null) {
      pour.run();
    }
  }

  /** Reads no more while the dialer does not read what is echoed. */
  private void pauseIfFull() {
    if (ending) {
      return;
    }
    boolean room = webSocket.isWritable();
    // While a send runs reading goes on: a close frame has to come through.
    webSocket.setReading(room || mode == Mode.SENDING);
    if (room && echo == null) {
      letGo();
    }
  }

  private void letGo() {
    table.letGo(heldBytes);
    heldBytes = 0;
  }

  private void stop() {
    ending = true;
    if (pour != null) {
      pour.stop();
      pour = null;
    }
    if (echo != null) {
      echo.release();
      echo = null;
    }
    letGo();
    if (end != null) {
      end.cancel(false);
    }
  }

  @Override
  public void onClosed(int code, String reason) {
    if (!ending) {
      stop();
    }
    table.remove(this);
    log.info(
        "probe of tunnel '{}' from {} ended after {} ms with {} {}; {} bytes moved",
        applicant.tunnelId(),
        webSocket.remoteAddress(),
        Duration.ofNanos(System.nanoTime() - openedNanos).toMillis(),
        code,
        ForeignText.printable(reason),
        movedBytes);
  }
}
