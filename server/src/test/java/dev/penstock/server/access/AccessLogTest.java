package dev.penstock.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.RegistryGrpc.RegistryBlockingStub;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.registry.v1.StatBlobResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** In front of a service that answers, refuses or breaks, and of health. */
class AccessLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(AccessLog.class);
  private final Lines lines = new Lines();
  private final AtomicReference<Metadata> headers = new AtomicReference<>();
  private final AtomicReference<Metadata> trailers = new AtomicReference<>();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    lines.start();
    logger.addAppender(lines);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .intercept(new AccessLog())
            .addService(new Stats())
            .addService(new HealthStatusManager().getHealthService())
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
            .usePlaintext()
            .intercept(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
            .build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    logger.detachAppender(lines);
  }

  @Test
  void call_isOneLineAtLevelInfo_underTheIdThatTheCallerGetsBack() throws Exception {
    stub("nightly/7").statBlob(about("team/app"));
    ILoggingEvent line = lines.next();
    assertThat(line.getLevel()).isEqualTo(Level.INFO);
    assertThat(line.getLoggerName()).endsWith(".AccessLog");
    assertThat(line.getFormattedMessage())
        .startsWith("request_id=nightly/7 caller=- ")
        .contains(" method=StatBlob ", " code=OK legs=0");
    assertThat(received(headers).getAll(RequestId.KEY)).containsExactly("nightly/7");
    assertThat(received(trailers).containsKey(RequestId.KEY))
        .as("in the trailers as well")
        .isFalse();
  }

  @Test
  void failure_hasTheIdInItsTrailersAndTheCodeInItsLine() throws Exception {
    assertThat(failureOf("refused").getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(received(trailers).getAll(RequestId.KEY)).containsExactly("nightly/8");
    assertThat(lines.next().getFormattedMessage()).contains("=nightly/8 ", " code=NOT_FOUND ");
  }

  @Test
  void handlerThatBreaks_hasItsLineToo() throws Exception {
    assertThat(failureOf("broken").getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(lines.next().getFormattedMessage()).contains("=nightly/8 ", " code=UNKNOWN ");
  }

  @Test
  void health_hasNoLineAndNoId() throws Exception {
    HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
    assertThat(received(headers).containsKey(RequestId.KEY)).isFalse();
    stub("nightly/9").statBlob(about("team/app"));
    assertThat(lines.next().getFormattedMessage()).as("first line").contains("=nightly/9 ");
  }

  private static Metadata received(AtomicReference<Metadata> captured) {
    return Objects.requireNonNull(captured.get(), "nothing came");
  }

  private Status failureOf(String repository) {
    return catchThrowableOfType(
            StatusRuntimeException.class, () -> stub("nightly/8").statBlob(about(repository)))
        .getStatus();
  }

  private RegistryBlockingStub stub(String id) {
    Metadata sent = new Metadata();
    sent.put(RequestId.KEY, id);
    return RegistryGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(sent));
  }

  private static StatBlobRequest about(String repository) {
    return StatBlobRequest.newBuilder().setRepository(repository).build();
  }

  private static final class Stats extends RegistryGrpc.RegistryImplBase {
    @Override
    public void statBlob(StatBlobRequest request, StreamObserver<StatBlobResponse> caller) {
      switch (request.getRepository()) {
        case "refused" -> caller.onError(Status.NOT_FOUND.asException());
        case "broken" -> throw new IllegalStateException("broken, as the test wants it");
        default -> {
          caller.onNext(StatBlobResponse.getDefaultInstance());
          caller.onCompleted();
        }
      }
    }
  }

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final BlockingQueue<ILoggingEvent> written = new LinkedBlockingQueue<>();

    @Override
    protected void append(ILoggingEvent line) {
      written.add(line);
    }

    ILoggingEvent next() throws InterruptedException {
      ILoggingEvent line = written.poll(30, TimeUnit.SECONDS);
      assertThat(line).as("a line within 30 s").isNotNull();
      return line;
    }
  }
}
