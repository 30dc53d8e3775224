package dev.penstock.testing.hops;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;

/**
 * A proxy that clients are told of: it takes CONNECT (RFC 9110 §9.3.6) and requests in absolute
 * form. Wherever they want to go, they get to what comes behind it in the chain, so that it is no
 * open door. Its refusals carry what squid's do.
 */
final class ForwardProxy {
  private static final String CHALLENGE = "Basic realm=\"penstock hop\"";
  private static final String VIA = "1.1 penstock-hop (squid/5.7)";

  private ForwardProxy() {}

  /** Lets everybody through. */
  static Hop.Settings open(String name) {
    return proxy(name, request -> Optional.empty());
  }

  /** Lets one user through, {@code USER:PASSWORD}, by Basic authentication (RFC 7617). */
  static Hop.Settings wanting(String name, String userAndPassword) {
    String token = Base64.getEncoder().encodeToString(userAndPassword.getBytes(UTF_8));
    Reply refusal = squid(407, "ERR_CACHE_ACCESS_DENIED").with("Proxy-Authenticate", CHALLENGE);
    return proxy(
        name,
        request ->
            ("Basic " + token).equals(request.headers().get(HttpHeaderNames.PROXY_AUTHORIZATION))
                ? Optional.empty()
                : Optional.of(refusal));
  }

  /** Forbids everything. */
  static Hop.Settings refusing(String name) {
    Reply refusal = squid(403, "ERR_ACCESS_DENIED");
    return proxy(name, request -> Optional.of(refusal));
  }

  private static Reply squid(int status, String error) {
    return Reply.titled(status, "squid/5.7")
        .with("Server", "squid/5.7")
        .with("X-Squid-Error", error + " 0")
        .with("Via", VIA);
  }

  private static Hop.Settings proxy(String name, Function<HttpRequest, Optional<Reply>> refusal) {
    return Hop.named(name)
        .entrance(
            (route, accepted) -> {
              route.serveHttp(accepted);
              accepted.pipeline().addAfter(codecName(accepted), null, new Connects(route));
            })
        .answer(refusal)
        .onRequest((request, passage) -> toOriginForm(request))
        .failures(squid(503, "ERR_CONNECT_FAIL"), squid(504, "ERR_READ_TIMEOUT"));
  }

  private static String codecName(Channel accepted) {
    return accepted.pipeline().context(HttpServerCodec.class).name();
  }

  private static void toOriginForm(HttpRequest request) {
    if (!request.uri().startsWith("/")) {
      URI asked = URI.create(request.uri());
      String path = asked.getRawPath().isEmpty() ? "/" : asked.getRawPath();
      request.setUri(asked.getRawQuery() == null ? path : path + "?" + asked.getRawQuery());
    }
    request
        .headers()
        .remove(HttpHeaderNames.PROXY_AUTHORIZATION)
        .remove("Proxy-Connection")
        .add("Via", VIA);
  }

  /** Turns CONNECT into a relay; other requests go on to {@link HttpFront}. Event loop only. */
  private static final class Connects extends ChannelInboundHandlerAdapter {
    private final Route route;
    private boolean connecting;

    Connects(Route route) {
      this.route = route;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (connecting) {
        ReferenceCountUtil.release(message); // the empty end of the request
      } else if (message instanceof HttpRequest request
          && request.method().equals(HttpMethod.CONNECT)
          && route.hop().answer(request).isEmpty()) {
        connect(ctx, request);
      } else {
        ctx.fireChannelRead(message);
      }
    }

    private void connect(ChannelHandlerContext ctx, HttpRequest request) {
      connecting = true;
      Channel client = ctx.channel();
      client.pipeline().remove(HttpFront.class);
      client.config().setAutoRead(false);
      route
          .connect(client.eventLoop())
          .addListener(
              (ChannelFutureListener)
                  connected -> {
                    if (connected.isSuccess()) {
                      connected(ctx, connected.channel());
                    } else {
                      FullHttpResponse answer = route.hop().unreachable(request).response();
                      client.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
                    }
                  });
    }

    private void connected(ChannelHandlerContext ctx, Channel server) {
      Channel client = ctx.channel();
      // Not through the codec: it would add a body's length, which CONNECT's answer has not.
      byte[] established = "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(UTF_8);
      Watch watch =
          Watch.start(
              client.eventLoop(),
              route.hop().timing(),
              () -> {
                client.close();
                server.close();
              });
      Relay.between(client, server, watch);
      client.pipeline().remove(this);
      client.pipeline().remove(HttpServerCodec.class);
      client.writeAndFlush(Unpooled.wrappedBuffer(established));
      client.config().setAutoRead(true);
    }
  }
}
