package dev.penstock.client.registry.http;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.CompositeByteBuf;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObject;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpStatusClass;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an origin, for one exchange after another (HTTP/1.1, RFC 9112).
 *
 * <p>It reads from the socket only what somebody waits for: the head of an answer, or a part of a
 * body that was asked for. What one read brings is handed on in one piece. Between exchanges it
 * reads as well, to learn of the server's close in time; bytes that come then end it.
 *
 * <p>Threads: event loop only, but for {@link #isOpen}.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
  private static final int SMALL_BYTES = 16 * 1024;

  private final Channel channel;
  private final Consumer<HttpConnection> onIdle;
  private final Consumer<HttpConnection> onClosed;
  private final List<ByteBuf> arrived = new ArrayList<>(4);
  private @Nullable Exchange exchange;
  private boolean isInBody;
  private boolean isInterim;
  private boolean isComplete;
  private boolean isKept;
  private long demand;
  private @Nullable Throwable broken;
  private int exchanges;

  /**
   * @param onIdle told after each exchange that leaves the connection fit for the next
   * @param onClosed told once, when the connection has ended
   */
  HttpConnection(
      Channel channel, Consumer<HttpConnection> onIdle, Consumer<HttpConnection> onClosed) {
    this.channel = channel;
    this.onIdle = onIdle;
    this.onClosed = onClosed;
  }

  /** Whether it may serve another exchange, as far as is known. Any thread. */
  boolean isOpen() {
    return channel.isActive();
  }

  Channel channel() {
    return channel;
  }

  /** Sends a request; the exchange hears of all that follows. */
  void begin(Exchange next, FullHttpRequest request) {
    if (!channel.isActive() || exchange != null) {
      request.release();
      next.failed(new EOFException("the server closed the connection"), exchanges > 0);
      return;
    }
    exchange = next;
    isInBody = false;
    isComplete = false;
    demand = 0;
    channel.writeAndFlush(request, channel.voidPromise());
    channel.read();
  }

  /** The exchange wants so many more parts of its body. */
  void request(Exchange by, long parts) {
    if (by == exchange) {
      demand += Math.min(parts, Long.MAX_VALUE - demand);
      handOn();
    }
  }

  /**
   * The exchange wants no more; one that has not had its whole answer takes the connection along.
   */
  void cancel(Exchange by) {
    if (by == exchange) {
      exchange = null;
      dropArrived();
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (exchange == null || !(message instanceof HttpObject part)) {
      ReferenceCountUtil.release(message);
      ctx.close(); // nobody asked
    } else if (part.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      fail(new IOException("not HTTP/1.1: " + part.decoderResult().cause().getMessage()));
    } else {
      onPart(part);
    }
  }

  private void onPart(HttpObject part) {
    if (part instanceof HttpResponse head) {
      onHead(head);
    }
    if (part instanceof HttpContent content) {
      onContent(content);
    }
  }

  private void onHead(HttpResponse head) {
    isInterim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (!isInterim) {
      isInBody = true;
      isKept = HttpUtil.isKeepAlive(head);
      Objects.requireNonNull(exchange).answered(head);
    }
  }

  private void onContent(HttpContent content) {
    if (exchange == null || isInterim) {
      content.release(); // cancelled on hearing of the head, or the end of a 1xx
      return;
    }
    if (content.content().isReadable()) {
      arrived.add(content.content());
    } else {
      content.release();
    }
    isComplete = content instanceof LastHttpContent;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    handOn();
  }

  /** Hands on what has come if it is wanted, and sees that more comes if more is wanted. */
  private void handOn() {
    Exchange current = exchange;
    if (current != null && isInBody) {
      if (!arrived.isEmpty() && demand > 0) {
        demand--;
        current.body().bring(joined());
      }
      if (exchange == current && arrived.isEmpty()) {
        endIfThatWasAll(current);
      }
    }
    boolean isWaiting = exchange != null && (!isInBody || (demand > 0 && arrived.isEmpty()));
    if (isWaiting && !(isInBody && isComplete)) {
      channel.read();
    }
  }

  private void endIfThatWasAll(Exchange current) {
    if (isComplete) {
      complete(current);
    } else if (broken != null) {
      fail(broken);
    }
  }

  private ByteBuf joined() {
    ByteBuf all = arrived.get(0);
    if (arrived.size() > 1) {
      CompositeByteBuf parts = channel.alloc().compositeBuffer(arrived.size());
      arrived.forEach(part -> parts.addComponent(true, part));
      all = parts;
    }
    arrived.clear();
    return all.readableBytes() < SMALL_BYTES ? copied(all) : all;
  }

  /** A few bytes shall not keep the whole buffer of a read. */
  private ByteBuf copied(ByteBuf small) {
    try {
      return channel.alloc().buffer(small.readableBytes()).writeBytes(small);
    } finally {
      small.release();
    }
  }

  private void complete(Exchange current) {
    exchange = null;
    exchanges++;
    if (isKept && channel.isActive()) {
      channel.read(); // to learn of its end
      onIdle.accept(this);
    } else {
      channel.close();
    }
    current.body().end(null);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (isInBody && isComplete) {
      handOn(); // what is left waits for its reader
      isKept = false;
    } else {
      fail(new EOFException("the server closed the connection"));
    }
    onClosed.accept(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(cause);
  }

  /** What has come before is for the reader, and then the failure. */
  private void fail(Throwable cause) {
    if (exchange != null && isInBody && !arrived.isEmpty()) {
      broken = cause;
      channel.close();
      return;
    }
    Exchange failed = exchange;
    exchange = null;
    dropArrived();
    channel.close();
    if (failed != null) {
      failed.failed(cause, exchanges > 0 && !isInBody);
    }
  }

  private void dropArrived() {
    arrived.forEach(ByteBuf::release);
    arrived.clear();
  }
}
