package dev.penstock.testing.reads;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.BlobContent;
import dev.penstock.client.registry.BlobRange;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.RegistryOptions;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.http.HttpOptions;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.Reach;
import dev.penstock.tunnel.connection.ClientTls;
import dev.penstock.tunnel.connection.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The client's own reader, in this process, which is warm, as a client's is that runs for months.
 * The processor's time is that of the whole process.
 */
final class ReaderWay implements ReadingWay, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long BOUND_SECONDS = 600;
  private static final int MAX_REDIRECTS = 5;

  private final URI registry;
  private final Repository repository;
  private final boolean keepsConnections;
  private HttpTransport transport;

  /**
   * With new connections for each measurement, as curl has them, or with those of the one before.
   */
  ReaderWay(URI registry, Repository repository, boolean keepsConnections) throws IOException {
    this.registry = registry;
    this.repository = repository;
    this.keepsConnections = keepsConnections;
    this.transport = new HttpTransport(options());
  }

  @Override
  public String name() {
    return keepsConnections ? "the client, connections kept" : "the client, connections new";
  }

  @Override
  public Cost read(List<String> digests)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    if (!keepsConnections) {
      transport.close();
      transport = new HttpTransport(options());
    }
    Stopwatch stopwatch = Stopwatch.start();
    RegistryReader reader =
        new RegistryReader(
            new RegistryEndpoint("main", registry, null), RegistryOptions.DEFAULTS, transport);
    List<CompletableFuture<Long>> reads = new ArrayList<>();
    digests.forEach(digest -> reads.add(read(reader, new Digest(digest))));
    for (CompletableFuture<Long> read : reads) {
      read.get(BOUND_SECONDS, TimeUnit.SECONDS);
    }
    return stopwatch.cost();
  }

  @Override
  public void close() {
    transport.close();
  }

  private CompletableFuture<Long> read(RegistryReader reader, Digest digest) {
    return reader
        .blob(repository, digest, BlobRange.WHOLE)
        .thenCompose(
            (BlobContent content) -> {
              Discarding discarding = new Discarding();
              content.subscribe(discarding);
              return discarding.bytes();
            });
  }

  private static HttpOptions options() throws IOException {
    return new HttpOptions(
        PATIENCE,
        PATIENCE,
        PATIENCE,
        MAX_REDIRECTS,
        Reach.directly(TlsFiles.dialling(ClientTls.DEFAULTS)));
  }
}
