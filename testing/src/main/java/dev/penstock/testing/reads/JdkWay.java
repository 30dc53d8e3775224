package dev.penstock.testing.reads;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The JDK's HTTP client in this process, its body discarded: what the reader could be made of. */
final class JdkWay implements ReadingWay {
  private static final long BOUND_SECONDS = 600;

  private final URI repository;

  /** Reads from the repository's URL, {@code …/v2/NAME}. */
  JdkWay(URI repository) {
    this.repository = repository;
  }

  @Override
  public String name() {
    return "the JDK's client, connections new";
  }

  @Override
  public Cost read(List<String> digests)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    Stopwatch stopwatch = Stopwatch.start();
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    List<CompletableFuture<HttpResponse<Void>>> reads = new ArrayList<>();
    for (String digest : digests) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(repository + "/blobs/" + digest)).build();
      reads.add(http.sendAsync(request, BodyHandlers.discarding()));
    }
    for (CompletableFuture<HttpResponse<Void>> read : reads) {
      int status = read.get(BOUND_SECONDS, TimeUnit.SECONDS).statusCode();
      if (status != 200) {
        throw new IOException("the registry answers " + status);
      }
    }
    return stopwatch.cost();
  }
}
