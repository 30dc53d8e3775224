package dev.penstock.tunnel.websocket.accept;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;

/** The path of a request target. */
final class RequestPath {
  private RequestPath() {}

  static String of(HttpRequest request) {
    return of(request.uri());
  }

  /**
   * Of a target in origin or absolute form (RFC 9112 §3.2). The query stays out: people put secrets
   * there.
   */
  static String of(String uri) {
    int query = uri.indexOf('?');
    String target = query < 0 ? uri : uri.substring(0, query);
    int authority = target.startsWith("/") ? -1 : target.indexOf("://");
    if (authority < 0) {
      return target;
    }
    int path = target.indexOf('/', authority + "://".length());
    return path < 0 ? "/" : target.substring(path);
  }
}
