package dev.penstock.client.registry;

import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.Errand;
import dev.penstock.client.registry.http.HttpAnswer;
import dev.penstock.client.registry.http.HttpFields;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Opens a blob at a range, and settles before the first byte what will follow, whatever the
 * registry makes of Range: 206 with what was asked, 200 with everything, or 416 for an empty rest.
 * A part that is not the one asked for is refused and never passed on.
 */
final class BlobOpening {
  private final AuthorizedHttp http;
  private final BlobSizes sizes;
  private final RegistryOptions options;

  BlobOpening(AuthorizedHttp http, BlobSizes sizes, RegistryOptions options) {
    this.http = http;
    this.sizes = sizes;
    this.options = options;
  }

  CompletableFuture<BlobContent> open(BlobName blob, BlobRange range, Errand errand) {
    Map<String, String> headers = range.isWhole() ? Map.of() : Map.of("Range", range.header());
    return http.send("GET", blob.path(), headers, blob.scope(), errand)
        .thenCompose(
            response ->
                switch (response.statusCode()) {
                  case 200, 206, 416 -> openKnown(new Opened(blob, range, response), errand);
                  default -> Responses.fail(response, blob.failures());
                });
  }

  private CompletableFuture<BlobContent> openKnown(Opened opened, Errand errand) {
    OptionalLong told = opened.size();
    CompletableFuture<Long> size =
        told.isPresent()
            ? CompletableFuture.completedFuture(told.getAsLong())
            : sizes.stat(opened.blob, errand).thenApply(BlobStat::size);
    return size.thenCompose(bytes -> content(opened, bytes))
        .whenComplete(
            (content, failure) -> {
              if (failure != null) {
                opened.response.body().cancel();
              }
            });
  }

  private CompletableFuture<BlobContent> content(Opened opened, long size) {
    try {
      Responses.checkClaims(opened.headers(), opened.blob.digest(), opened.failures());
      if (opened.range.offset() > size) {
        throw opened
            .failures()
            .of(
                Kind.OUT_OF_RANGE,
                "offset %d is past its end at %d".formatted(opened.range.offset(), size));
      }
      long length = opened.range.lengthIn(size);
      ExactBody body =
          switch (opened.response.statusCode()) {
            case 206 -> partial(opened, length);
            case 416 -> empty(opened, length);
            default -> whole(opened, size, length);
          };
      BlobStat stat = new BlobStat(size, mediaType(opened));
      return CompletableFuture.completedFuture(
          new BlobContent(stat, opened.range.offset(), length, body));
    } catch (RegistryException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A 416 is about the range: its Content-Type is that of its own explanation. */
  private static String mediaType(Opened opened) {
    return opened.response.statusCode() == 416
        ? Responses.DEFAULT_MEDIA_TYPE
        : Responses.mediaType(opened.headers());
  }

  private static ExactBody partial(Opened opened, long length) throws RegistryException {
    ContentRange part = opened.part();
    OptionalLong announced = Responses.contentLength(opened.headers());
    if (part.first() != opened.range.offset()
        || part.length() != length
        || announced.orElse(length) != length) {
      throw opened
          .failures()
          .of(Kind.CORRUPT, "the registry sends another range than the one asked");
    }
    return new ExactBody(opened.response.body(), 0, length, false, opened.failures());
  }

  private ExactBody whole(Opened opened, long size, long length) throws RegistryException {
    long offset = opened.range.offset();
    if (offset > options.maxSkippedBytes()) {
      throw opened
          .failures()
          .of(
              Kind.UNSUPPORTED,
              "the registry ignores Range, and offset %d is more than the %d bytes that are skipped"
                  .formatted(offset, options.maxSkippedBytes()));
    }
    boolean isCut = offset + length < size;
    return new ExactBody(opened.response.body(), offset, length, isCut, opened.failures());
  }

  private static ExactBody empty(Opened opened, long length) throws RegistryException {
    if (length != 0) {
      throw opened.failures().of(Kind.CORRUPT, "the registry refuses a range that its size allows");
    }
    // The body is an error page: none of it is wanted, all of it may be there.
    return new ExactBody(opened.response.body(), Long.MAX_VALUE, 0, true, opened.failures());
  }

  /** A response to a range of a blob. */
  private record Opened(BlobName blob, BlobRange range, HttpAnswer response) {

    HttpFields headers() {
      return response.headers();
    }

    Failures failures() {
      return blob.failures();
    }

    /** The whole blob's; empty when the response does not tell. */
    OptionalLong size() {
      return response.statusCode() == 200
          ? Responses.contentLength(headers())
          : ContentRange.of(headers()).map(ContentRange::size).orElse(OptionalLong.empty());
    }

    ContentRange part() throws RegistryException {
      return ContentRange.of(headers())
          .filter(part -> part.first() >= 0)
          .orElseThrow(
              () -> failures().of(Kind.UNSUPPORTED, "the registry sends 206 without its range"));
    }
  }
}
