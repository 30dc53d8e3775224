package dev.penstock.tunnel.session;

import dev.penstock.tunnel.websocket.SentMessage;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A carrier that is a WebSocket: binary messages are bytes, text messages are control. */
final class WebSocketCarrier implements Carrier, WebSocketListener {
  private final WebSocket webSocket;
  private @Nullable Session session;

  WebSocketCarrier(WebSocket webSocket) {
    this.webSocket = webSocket;
  }

  /** Says whose bytes these are; called once, before the WebSocket can deliver any. */
  void carry(Session session) {
    this.session = session;
  }

  @Override
  public EventLoop eventLoop() {
    return webSocket.eventLoop();
  }

  @Override
  public SocketAddress remoteAddress() {
    return webSocket.remoteAddress();
  }

  @Override
  public @Nullable Duration ping() {
    return webSocket.ping();
  }

  @Override
  public ByteBuf allocate(int bytes) {
    return webSocket.allocate(bytes);
  }

  @Override
  public SentMessage send(ByteBuf message) {
    return webSocket.sendBinary(message);
  }

  @Override
  public void sendControl(String message) {
    webSocket.sendText(message);
  }

  @Override
  public void flush() {
    webSocket.flush();
  }

  @Override
  public boolean isWritable() {
    return webSocket.isWritable();
  }

  @Override
  public void setReading(boolean reading) {
    webSocket.setReading(reading);
  }

  @Override
  public void close(CloseCause cause, String detail) {
    int code = cause.isSent() ? cause.closeCode() : CloseCause.CLOSED.closeCode();
    webSocket.close(code, detail);
  }

  @Override
  public void onBinary(ByteBuf piece) {
    session().onCarrierBytes(this, piece);
  }

  @Override
  public void onText(String text) {
    session().onCarrierControl(this, text);
  }

  @Override
  public void onReadComplete() {
    session().onCarrierReadComplete(this);
  }

  @Override
  public void onWritabilityChanged() {
    session().onCarrierWritabilityChanged(this);
  }

  @Override
  public void onClosed(int code, String reason) {
    session().onCarrierClosed(this, new SessionClosed(CloseCause.ofCloseCode(code), reason));
  }

  private Session session() {
    return Objects.requireNonNull(session, "carry() comes first");
  }
}
