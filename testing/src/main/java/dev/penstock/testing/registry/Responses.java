package dev.penstock.testing.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.penstock.testing.image.Manifest;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;

/** Short responses, most of them errors in the form of the specification's "Error Codes". */
final class Responses {
  static final String DIGEST_HEADER = "Docker-Content-Digest";

  private Responses() {}

  static FullHttpResponse error(HttpResponseStatus status, String code, String message) {
    JsonObject error = new JsonObject();
    error.addProperty("code", code);
    error.addProperty("message", message);
    JsonArray errors = new JsonArray();
    errors.add(error);
    JsonObject body = new JsonObject();
    body.add("errors", errors);
    return json(status, body);
  }

  static FullHttpResponse refusal(Refusal refusal) {
    HttpResponseStatus status = HttpResponseStatus.valueOf(refusal.status());
    FullHttpResponse response = error(status, "UNKNOWN", "switched on by a test");
    if (refusal.retryAfter() != null) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, refusal.retryAfter());
    }
    return response;
  }

  static FullHttpResponse token(String token) {
    JsonObject body = new JsonObject();
    body.addProperty("token", token);
    body.addProperty("expires_in", 300);
    return json(HttpResponseStatus.OK, body);
  }

  static FullHttpResponse manifest(Manifest manifest) {
    byte[] content = new byte[Math.toIntExact(manifest.content().size())];
    manifest.content().read(0, content.length).get(content);
    FullHttpResponse response = full(HttpResponseStatus.OK, manifest.mediaType(), content);
    response.headers().set(DIGEST_HEADER, manifest.digest());
    return response;
  }

  private static FullHttpResponse json(HttpResponseStatus status, JsonObject body) {
    return full(status, "application/json", body.toString().getBytes(UTF_8));
  }

  static FullHttpResponse full(HttpResponseStatus status, String mediaType, byte[] body) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, mediaType);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    return response;
  }
}
