package dev.penstock.client.registry.http;

import dev.penstock.client.names.CallIds;
import dev.penstock.client.names.TraceContext;
import dev.penstock.tunnel.connection.Proxy;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a query is written on the wire. */
final class Requests {
  private static final String USER_AGENT = "penstock-client";

  private Requests() {}

  static FullHttpRequest of(HttpQuery query, @Nullable CallIds call, Route route) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.valueOf(query.method()),
            target(query.uri(), route.isForwarded()),
            body(query));
    request.headers().set(HttpHeaderNames.HOST, query.uri().getRawAuthority());
    request.headers().set(HttpHeaderNames.USER_AGENT, userAgent(call));
    trace(query.trace(), request.headers());
    query.headers().forEach(request.headers()::set);
    if (query.form() != null) {
      request.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, query.form().length());
    }
    if (query.authorization() != null) {
      request.headers().set(HttpHeaderNames.AUTHORIZATION, query.authorization());
    }
    if (route.isForwarded() && route.forwarder().user() != null) {
      request.headers().set(HttpHeaderNames.PROXY_AUTHORIZATION, basic(route.forwarder()));
    }
    return request;
  }

  /** With the id in a comment (RFC 9110 §10.1.5): a registry's log has it without being told to. */
  private static String userAgent(@Nullable CallIds call) {
    return call == null ? USER_AGENT : USER_AGENT + " (request " + call.requestId() + ")";
  }

  /** W3C Trace Context, Level 1, §3. */
  private static void trace(@Nullable TraceContext trace, HttpHeaders headers) {
    if (trace == null) {
      return;
    }
    headers.set("traceparent", trace.traceparent());
    if (!trace.tracestate().isEmpty()) {
      headers.set("tracestate", trace.tracestate());
    }
  }

  private static ByteBuf body(HttpQuery query) {
    return query.form() == null
        ? Unpooled.EMPTY_BUFFER
        : Unpooled.copiedBuffer(query.form(), StandardCharsets.US_ASCII);
  }

  private static String target(URI uri, boolean isAbsolute) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String base = isAbsolute ? uri.getScheme() + "://" + uri.getRawAuthority() : "";
    return base + path + query;
  }

  private static String basic(Proxy proxy) {
    String pair = proxy.user() + ":" + Objects.requireNonNullElse(proxy.password(), "");
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }
}
