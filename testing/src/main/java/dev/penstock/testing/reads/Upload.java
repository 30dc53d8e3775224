package dev.penstock.testing.reads;

import dev.penstock.testing.image.Blob;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.Iterator;

/** Puts blobs into a repository (distribution specification 1.1, "Pushing blobs", POST and PUT). */
final class Upload {
  private static final int PART_BYTES = 1 << 20;

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI repository;

  Upload(URI repository) {
    this.repository = repository;
  }

  /** Puts one; returns its digest. */
  String put(Blob blob) throws IOException, InterruptedException {
    HttpResponse<Void> session =
        send(
            HttpRequest.newBuilder(URI.create(repository + "/blobs/uploads/"))
                .POST(BodyPublishers.noBody())
                .build(),
            202);
    String location = session.headers().firstValue("Location").orElseThrow();
    String separator = location.contains("?") ? "&" : "?";
    URI target = repository.resolve(location + separator + "digest=" + blob.digest());
    send(
        HttpRequest.newBuilder(target)
            .header("Content-Type", "application/octet-stream")
            .PUT(
                BodyPublishers.fromPublisher(
                    BodyPublishers.ofByteArrays(() -> parts(blob).iterator()), blob.size()))
            .build(),
        201);
    return blob.digest();
  }

  private static Iterable<byte[]> parts(Blob blob) {
    return () ->
        new Iterator<>() {
          private long position;

          @Override
          public boolean hasNext() {
            return position < blob.size();
          }

          @Override
          public byte[] next() {
            ByteBuffer part = blob.read(position, PART_BYTES);
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            position += bytes.length;
            return bytes;
          }
        };
  }

  private HttpResponse<Void> send(HttpRequest request, int expected)
      throws IOException, InterruptedException {
    HttpResponse<Void> response = http.send(request, BodyHandlers.discarding());
    if (response.statusCode() != expected) {
      throw new IOException(
          "%s of %s was answered %d"
              .formatted(request.method(), request.uri().getPath(), response.statusCode()));
    }
    return response;
  }
}
