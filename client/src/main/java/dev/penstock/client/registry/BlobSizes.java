package dev.penstock.client.registry;

import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.Errand;
import dev.penstock.client.registry.http.HttpAnswer;
import dev.penstock.client.registry.http.HttpFields;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Learns a blob's size: by HEAD, or, where that is not allowed or does not tell, by its first byte.
 */
final class BlobSizes {
  private final AuthorizedHttp http;

  BlobSizes(AuthorizedHttp http) {
    this.http = http;
  }

  CompletableFuture<BlobStat> stat(BlobName blob, Errand errand) {
    return http.send("HEAD", blob.path(), Map.of(), blob.scope(), errand)
        .thenCompose(response -> ofHead(blob, response, errand));
  }

  private CompletableFuture<BlobStat> ofHead(BlobName blob, HttpAnswer response, Errand errand) {
    int status = response.statusCode();
    OptionalLong size = Responses.contentLength(response.headers());
    if (status == 405 || status == 501 || (status == 200 && size.isEmpty())) {
      return response.body().discard().thenCompose(discarded -> ofFirstByte(blob, errand));
    }
    if (status != 200) {
      return Responses.fail(response, blob.failures());
    }
    return discardAndReturn(blob, response, size);
  }

  private CompletableFuture<BlobStat> ofFirstByte(BlobName blob, Errand errand) {
    Map<String, String> firstByte = Map.of("Range", new BlobRange(0, 1).header());
    return http.send("GET", blob.path(), firstByte, blob.scope(), errand)
        .thenCompose(
            response -> {
              HttpFields headers = response.headers();
              return switch (response.statusCode()) {
                case 200 -> discardAndReturn(blob, response, Responses.contentLength(headers));
                // 416: an empty blob has no first byte.
                case 206, 416 -> discardAndReturn(blob, response, total(headers));
                default -> Responses.fail(response, blob.failures());
              };
            });
  }

  private static CompletableFuture<BlobStat> discardAndReturn(
      BlobName blob, HttpAnswer response, OptionalLong size) {
    return response
        .body()
        .discard()
        .thenCompose(
            discarded -> {
              try {
                Responses.checkClaims(response.headers(), blob.digest(), blob.failures());
                return CompletableFuture.completedFuture(
                    new BlobStat(
                        size.orElseThrow(() -> untold(blob)),
                        Responses.mediaType(response.headers())));
              } catch (RegistryException e) {
                return CompletableFuture.failedFuture(e);
              }
            });
  }

  private static OptionalLong total(HttpFields headers) {
    return ContentRange.of(headers).map(ContentRange::size).orElse(OptionalLong.empty());
  }

  private static RegistryException untold(BlobName blob) {
    return blob.failures().of(Kind.UNSUPPORTED, "the registry does not tell its size");
  }
}
