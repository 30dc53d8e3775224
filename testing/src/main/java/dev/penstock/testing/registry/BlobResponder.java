package dev.penstock.testing.registry;

import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames.ACCEPT_RANGES;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames.CONTENT_RANGE;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames.LOCATION;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames.RANGE;

import dev.penstock.testing.image.Blob;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Answers requests for a blob that is there: whole, in part, or with a redirect. */
final class BlobResponder {
  private static final String MEDIA_TYPE = "application/octet-stream";

  private final Catalogue catalogue;

  BlobResponder(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  static void redirect(Exchange exchange, String location) {
    FullHttpResponse redirect =
        Responses.full(HttpResponseStatus.TEMPORARY_REDIRECT, MEDIA_TYPE, new byte[0]);
    redirect.headers().set(LOCATION, location);
    exchange.send(redirect);
  }

  /** Returns the transfer that now owns the connection; null if the answer needed none. */
  @Nullable BlobTransfer serve(Exchange exchange, Blob blob) {
    if (blob instanceof FaultyBlob faulty && faulty.fault() instanceof Fault.Status status) {
      HttpResponseStatus code = HttpResponseStatus.valueOf(status.code());
      exchange.send(Responses.error(code, "UNKNOWN", "switched on by a test"));
      return null;
    }
    ByteRange range = range(exchange.header(RANGE), blob);
    if (range == null) {
      exchange.send(unsatisfiable(blob));
      return null;
    }
    return serve(exchange, blob, range);
  }

  private static @Nullable ByteRange range(@Nullable String header, Blob blob) {
    Fault fault = blob instanceof FaultyBlob faulty ? faulty.fault() : null;
    ByteRange range = ByteRange.of(fault instanceof Fault.IgnoreRange ? null : header, blob.size());
    return range != null && range.partial() && fault instanceof Fault.OtherRange other
        ? range.shifted(other.shift(), blob.size())
        : range;
  }

  private @Nullable BlobTransfer serve(Exchange exchange, Blob blob, ByteRange range) {
    HttpResponse head = head(blob, range);
    if (exchange.isHead()) {
      exchange.send(Exchange.headOf(head));
      return null;
    }
    var unused = exchange.ctx().write(head);
    Traffic traffic = catalogue.traffic(blob.digest());
    return new BlobTransfer(exchange.ctx().channel(), blob, range, traffic);
  }

  private static HttpResponse head(Blob blob, ByteRange range) {
    HttpResponseStatus status =
        range.partial() ? HttpResponseStatus.PARTIAL_CONTENT : HttpResponseStatus.OK;
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
    head.headers().set(CONTENT_TYPE, MEDIA_TYPE);
    head.headers().set(CONTENT_LENGTH, range.length());
    head.headers().set(ACCEPT_RANGES, "bytes");
    head.headers().set(Responses.DIGEST_HEADER, blob.digest());
    if (range.partial()) {
      head.headers().set(CONTENT_RANGE, range.contentRange(blob.size()));
    }
    return head;
  }

  private static FullHttpResponse unsatisfiable(Blob blob) {
    FullHttpResponse refusal =
        Responses.error(
            HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "SIZE_INVALID", "outside the blob");
    refusal.headers().set(CONTENT_RANGE, "bytes */" + blob.size());
    return refusal;
  }
}
