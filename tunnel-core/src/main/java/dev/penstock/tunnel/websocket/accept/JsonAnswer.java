package dev.penstock.tunnel.websocket.accept;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The body of every answer that is not an upgrade: who answers, what arrived, what was missing,
 * what to do.
 *
 * <p>Hops between client and server drop headers; this answer is how anybody finds out which.
 */
final class JsonAnswer {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private JsonAnswer() {}

  static FullHttpResponse health(boolean draining) {
    JsonObject body = new JsonObject();
    body.addProperty("status", draining ? "draining" : "ok");
    return response(draining ? 503 : 200, body);
  }

  static FullHttpResponse refusal(
      Arrived arrived, List<String> missing, UpgradeDecision.Refuse refusal) {
    JsonObject body = new JsonObject();
    body.addProperty("answered_by", Signature.NAME);
    body.addProperty("error", refusal.error());
    body.addProperty("hint", refusal.hint());
    body.add("arrived", arrived.json());
    JsonArray names = new JsonArray();
    missing.forEach(names::add);
    body.add("missing", names);
    FullHttpResponse response = response(refusal.status(), body);
    refusal.headers().forEach(response.headers()::set);
    return response;
  }

  private static FullHttpResponse response(int status, JsonObject body) {
    byte[] bytes = (GSON.toJson(body) + "\n").getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.wrappedBuffer(bytes));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
        // It is about this one request, and no page: for no cache to keep, no browser to guess at.
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set("X-Content-Type-Options", "nosniff")
        .set(HttpHeaderNames.CONNECTION, "close");
    return response;
  }
}
