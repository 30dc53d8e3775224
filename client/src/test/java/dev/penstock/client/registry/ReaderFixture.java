package dev.penstock.client.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.TestTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A fake registry and a reader of it, with short limits, for each test. */
@Timeout(60)
abstract class ReaderFixture {
  static final Repository REPOSITORY = new Repository("team/app");
  static final Duration STALL = Duration.ofMillis(400);
  static final RegistryOptions OPTIONS =
      new RegistryOptions(
          1024, 100_000, Duration.ZERO, Duration.ofMillis(800), Duration.ofMillis(400));

  FakeRegistry registry;
  HttpTransport transport;
  RegistryReader reader;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    transport =
        new HttpTransport(
            TestTransport.options(Duration.ofSeconds(5), Duration.ofSeconds(5), STALL));
    reader = reader(registry.uri());
  }

  @AfterEach
  void stop() throws IOException {
    transport.close();
    registry.close();
  }

  /** One that sends reads again, for longer than any machine is slow. */
  RegistryReader patientReader() {
    RegistryOptions patient =
        new RegistryOptions(
            1024, 100_000, Duration.ofSeconds(20), OPTIONS.patience(), OPTIONS.idleTimeout());
    return new RegistryReader(
        new RegistryEndpoint("main", registry.uri(), null), patient, transport);
  }

  RegistryReader reader(URI uri) {
    return new RegistryReader(new RegistryEndpoint("main", uri, null), OPTIONS, transport);
  }

  void chunkedOrHead(FakeHttpServer.Request request, OutputStream out, byte[] content)
      throws IOException {
    if (request.method().equals("HEAD")) {
      registry.serve(request, out);
      return;
    }
    out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(UTF_8));
    out.write((Integer.toHexString(content.length) + "\r\n").getBytes(UTF_8));
    out.write(content);
    out.write("\r\n0\r\n\r\n".getBytes(UTF_8));
    out.flush();
  }

  BlobContent open(Digest digest, BlobRange range) throws Exception {
    return get(reader.blob(REPOSITORY, digest, range));
  }

  RegistryException openFails(Digest digest, BlobRange range) {
    Throwable failure = catchThrowable(() -> open(digest, range));
    return cause(failure);
  }

  static RegistryException bodyFails(BlobContent blob) {
    Throwable failure = catchThrowable(() -> Collected.all(blob));
    return cause(failure);
  }

  static RegistryException cause(Throwable failure) {
    assertThat(failure).isInstanceOf(ExecutionException.class);
    assertThat(failure.getCause()).isInstanceOf(RegistryException.class);
    return (RegistryException) Objects.requireNonNull(failure.getCause());
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }
}
