package dev.penstock.tunnel.ops;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObject;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the first request of a connection, and closes it. Event loop only. */
final class OpsHandler extends SimpleChannelInboundHandler<HttpObject> {
  private static final Logger log = LoggerFactory.getLogger(OpsHandler.class);

  private final Map<String, Supplier<Page>> pages;
  private boolean isAnswered;

  OpsHandler(Map<String, Supplier<Page>> pages) {
    this.pages = pages;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
    if (!isAnswered && part instanceof HttpRequest request) {
      isAnswered = true;
      Page page =
          part.decoderResult().isFailure()
              ? error(400, "not an HTTP request that is understood here, or too long")
              : page(request);
      ctx.writeAndFlush(response(ctx, page)).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private Page page(HttpRequest request) {
    int query = request.uri().indexOf('?');
    Supplier<Page> page = pages.get(query < 0 ? request.uri() : request.uri().substring(0, query));
    if (page == null) {
      return error(404, "no such page");
    }
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      return error(405, "pages can be read, and nothing else");
    }
    try {
      return page.get();
    } catch (RuntimeException e) {
      log.error("a page for operators failed by a defect", e);
      return error(500, "a defect; see the log");
    }
  }

  private Page error(int status, String what) {
    return Page.error(status, what, pages.keySet().stream().sorted().toList());
  }

  private static FullHttpResponse response(ChannelHandlerContext ctx, Page page) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(page.status()),
            ByteBufUtil.writeUtf8(ctx.alloc(), page.body()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, page.contentType())
        .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set(HttpHeaderNames.CONNECTION, "close");
    if (page.status() == 405) {
      response.headers().set(HttpHeaderNames.ALLOW, List.of("GET", "HEAD"));
    }
    return response;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("a connection for operators failed", cause);
    ctx.close();
  }
}
