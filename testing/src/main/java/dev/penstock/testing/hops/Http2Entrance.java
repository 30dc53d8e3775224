package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMessage;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.util.List;
import java.util.Locale;

/**
 * HTTP/2 with prior knowledge in the clear (RFC 9113 §3.3) and nothing else, as nginx's {@code
 * listen … http2} without TLS was before 1.25.1: who speaks HTTP/1.1 gets SETTINGS, GOAWAY and the
 * end. Each stream is an exchange like any other, over HTTP/1.1 to the server.
 */
final class Http2Entrance {
  private static final String OF_THE_TRANSLATION = "x-http2-";

  private Http2Entrance() {}

  static Hop.Settings http2Only() {
    return Hop.named("http2-only")
        .entrance(Http2Entrance::open)
        .onRequest((request, passage) -> dropTranslation(request));
  }

  private static void open(Route route, Channel accepted) {
    accepted
        .pipeline()
        .addLast(
            Http2FrameCodecBuilder.forServer().build(),
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream
                        .pipeline()
                        .addLast(new Http2StreamFrameToHttpObjectCodec(true), new HttpFront(route));
                  }
                }));
  }

  private static void dropTranslation(HttpMessage message) {
    for (String name : List.copyOf(message.headers().names())) {
      if (name.toLowerCase(Locale.ROOT).startsWith(OF_THE_TRANSLATION)) {
        message.headers().remove(name);
      }
    }
  }
}
