package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of one exchange through a hop; {@link HttpBack} is the server's. Each connection
 * is for one exchange and is then closed, or becomes a {@link Relay} when the server answers 101.
 *
 * <p>Backpressure: the client is not read while the server is being connected to or is full, and
 * the other way round; what was decoded already waits here, one read at most. Event loop only.
 */
final class HttpFront extends ChannelInboundHandlerAdapter {
  private final Route route;
  private final Deque<Object> waiting = new ArrayDeque<>();
  private final HttpBack back = new HttpBack(this);
  private State state = State.IDLE;
  private boolean clientIsHttp10;
  private @Nullable ChannelHandlerContext client;
  private @Nullable HttpRequest asked; // as it goes on to the server
  private @Nullable Channel server;
  private @Nullable Watch watch;

  /** In order; {@code ENDED} can follow any. */
  private enum State {
    IDLE,
    CONNECTING,
    ASKED,
    ANSWERING,
    SWITCHING,
    ENDED
  }

  HttpFront(Route route) {
    this.route = route;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    client = ctx;
    watch = Watch.start(ctx.channel().eventLoop(), route.hop().timing(), this::timeUp);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    watch().seen();
    if (state == State.ENDED) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpRequest request) {
      begin(ctx, request);
    } else if (server == null || state == State.CONNECTING) {
      waiting.add(message);
    } else {
      server.write(message, server.voidPromise());
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    if (state != State.IDLE || request.decoderResult().isFailure()) {
      ReferenceCountUtil.release(request);
      reply(Reply.titled(400, "")); // or pipelined, as nobody does who waits for an upgrade
      return;
    }
    Reply own = route.hop().answer(request).orElse(null);
    if (own == null && request.method().equals(HttpMethod.CONNECT)) {
      own = Reply.titled(405, ""); // no forward proxy
    }
    if (own != null) {
      ReferenceCountUtil.release(request);
      reply(own);
      return;
    }
    clientIsHttp10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    route.hop().onRequest(request, Passage.of(ctx.channel(), route.target()));
    state = State.CONNECTING;
    asked = request;
    waiting.add(request);
    ctx.channel().config().setAutoRead(false);
    ChannelFuture connecting =
        route.connect(ctx.channel().eventLoop(), new HttpClientCodec(), back);
    server = connecting.channel();
    connecting.addListener(connected -> onConnected(connected.isSuccess()));
  }

  private void onConnected(boolean success) {
    if (state != State.CONNECTING) {
      server().close();
    } else if (!success) {
      reply(route.hop().unreachable(asked()));
    } else {
      state = State.ASKED;
      while (!waiting.isEmpty()) {
        server().write(waiting.poll(), server().voidPromise());
      }
      server().flush();
      client().channel().config().setAutoRead(server().isWritable());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (state == State.ASKED || state == State.ANSWERING) {
      server().flush();
      ctx.channel().config().setAutoRead(server().isWritable());
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (server != null) {
      server.config().setAutoRead(ctx.channel().isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // the client's line broke, or it does not speak what is expected here
  }

  /** The server's side can take more, or no more. */
  void onServerWritability(boolean writable) {
    if (state != State.ENDED) {
      client().channel().config().setAutoRead(writable);
    }
  }

  /** A part of the server's answer. */
  void onServerRead(Object message) {
    watch().seen();
    if (state == State.ENDED) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpResponse response) {
      onHead(response);
    } else if (message instanceof HttpContent content) {
      onContent(content);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void onHead(HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      reply(route.hop().unreachable(asked())); // it does not speak HTTP
      return;
    }
    boolean switching = response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
    state = switching ? State.SWITCHING : State.ANSWERING;
    route.hop().onResponse(response, asked());
    response.setProtocolVersion(HttpVersion.HTTP_1_1);
    if (!switching) {
      response.headers().set(HttpHeaderNames.CONNECTION, "close");
    }
    if (clientIsHttp10) {
      response.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
    }
    client().write(response, client().voidPromise());
  }

  private void onContent(HttpContent content) {
    if (state == State.SWITCHING && content instanceof LastHttpContent) {
      content.release();
      switchProtocols();
    } else if (content instanceof LastHttpContent) {
      client().writeAndFlush(content).addListener(ChannelFutureListener.CLOSE);
      end();
    } else {
      client().write(content, client().voidPromise());
    }
  }

  /** First the relay, then the codecs go: they hand on what came behind the heads. */
  private void switchProtocols() {
    Channel near = client().channel();
    Channel far = server();
    state = State.ENDED;
    Relay.between(near, far, watch());
    route.hop().onUpgraded(near, far);
    near.pipeline().remove(this);
    near.pipeline().remove(HttpServerCodec.class);
    near.flush();
    far.pipeline().remove(back);
    far.pipeline().remove(HttpClientCodec.class);
    near.config().setAutoRead(true);
  }

  void onServerReadComplete() {
    if (state != State.ENDED) {
      client().flush();
    }
  }

  /** The server has ended its connection. */
  void onServerGone() {
    if (state == State.ASKED) {
      reply(route.hop().unreachable(asked()));
    } else if (state != State.ENDED) {
      end();
      Relay.closeBehind(client().channel());
    }
  }

  private void timeUp() {
    if (state == State.CONNECTING || state == State.ASKED) {
      reply(route.hop().tooSlow(asked()));
    } else {
      // As hops end it: in the middle of everything, without a word to either side.
      client().channel().close();
      if (server != null) {
        server.close();
      }
    }
  }

  private void reply(Reply reply) {
    end();
    FullHttpResponse response = reply.response();
    response.headers().set(HttpHeaderNames.CONNECTION, "close");
    client().writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  private void end() {
    if (state != State.ENDED) {
      state = State.ENDED;
      watch().stop();
      waiting.forEach(ReferenceCountUtil::release);
      waiting.clear();
      if (server != null) {
        server.close();
      }
    }
  }

  private ChannelHandlerContext client() {
    return Objects.requireNonNull(client, "not in a pipeline yet");
  }

  private HttpRequest asked() {
    return Objects.requireNonNull(asked, "nothing asked yet");
  }

  private Channel server() {
    return Objects.requireNonNull(server, "not connected yet");
  }

  private Watch watch() {
    return Objects.requireNonNull(watch, "not in a pipeline yet");
  }
}
