package dev.penstock.testing.registry;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** One request and the way to answer it. Event loop only. */
record Exchange(ChannelHandlerContext ctx, HttpRequest request) {

  boolean isRead() {
    return isHead() || request.method().equals(HttpMethod.GET);
  }

  boolean isHead() {
    return request.method().equals(HttpMethod.HEAD);
  }

  @Nullable String header(CharSequence name) {
    return request.headers().get(name);
  }

  /** Sends the response, or its head alone to a HEAD request. */
  void send(FullHttpResponse response) {
    var unused = ctx.writeAndFlush(isHead() ? headOf(response) : response);
  }

  /** A response to HEAD: all headers, among them the length that GET would give, and no body. */
  static FullHttpResponse headOf(HttpResponse head) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(head.protocolVersion(), head.status(), Unpooled.EMPTY_BUFFER);
    response.headers().set(head.headers());
    return response;
  }
}
