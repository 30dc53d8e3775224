package dev.penstock.testing.hops;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer that a hop gives in the server's place.
 *
 * @param headers beside the length and the type of the body
 */
record Reply(int status, String contentType, String body, Map<String, String> headers) {
  static final String HTML = "text/html";

  Reply {
    headers = Map.copyOf(headers);
  }

  static Reply html(int status, String body) {
    return new Reply(status, HTML, body, Map.of());
  }

  static Reply text(int status, String body) {
    return new Reply(status, "text/plain; charset=utf-8", body, Map.of());
  }

  static Reply empty(int status) {
    return new Reply(status, HTML, "", Map.of());
  }

  /** The page that says no more than its title, with the product's name below if it has one. */
  static Reply titled(int status, String server) {
    String title = HttpResponseStatus.valueOf(status).toString();
    String foot = server.isEmpty() ? "" : "<hr><center>" + server + "</center>\r\n";
    return html(
        status,
        "<html>\r\n<head><title>%1$s</title></head>\r\n<body>\r\n<center><h1>%1$s</h1></center>\r\n%2$s</body>\r\n</html>\r\n"
            .formatted(title, foot));
  }

  Reply with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Reply(status, contentType, body, more);
  }

  FullHttpResponse response() {
    byte[] bytes = body.getBytes(UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.wrappedBuffer(bytes));
    headers.forEach(response.headers()::set);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
    if (bytes.length > 0) {
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    }
    return response;
  }
}
