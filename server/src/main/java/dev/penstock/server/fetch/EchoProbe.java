package dev.penstock.server.fetch;

import com.google.protobuf.ByteString;
import dev.penstock.probe.v1.EchoRequest;
import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.probe.v1.ProbeGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sends a payload through a tunnel and back, and compares.
 *
 * <p>Threads: the one that asks waits.
 */
public final class EchoProbe {
  private final ApiClient api;
  private final EchoRequest request;
  private final Duration patience;

  /**
   * Probes of one tunnel.
   *
   * @param reachRegistries whether the client asks its registries, too
   * @param patience for each echo
   */
  public EchoProbe(
      ApiClient api, String tunnel, byte[] payload, boolean reachRegistries, Duration patience) {
    this.api = api;
    this.request =
        EchoRequest.newBuilder()
            .setTunnel(tunnel)
            .setPayload(ByteString.copyFrom(payload))
            .setReachRegistries(reachRegistries)
            .build();
    this.patience = patience;
  }

  /**
   * What came back.
   *
   * @param took all the way, seen from here
   */
  public record Echo(EchoResponse answer, Duration took) {}

  /** An echo of nothing, which pays for what comes but once, as the connection; of no account. */
  public void warmUp() throws FetchException {
    call(EchoRequest.newBuilder().setTunnel(request.getTunnel()).build());
  }

  /**
   * One echo.
   *
   * @throws FetchException when it fails; as corrupt, when other bytes came back
   */
  public Echo run() throws FetchException {
    long began = System.nanoTime();
    EchoResponse answer = call(request);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    if (!answer.getPayload().equals(request.getPayload())) {
      throw api.failure(
          Status.DATA_LOSS.withDescription(
              "%,d bytes were sent, and %,d came back that are not the same"
                  .formatted(request.getPayload().size(), answer.getPayload().size())));
    }
    return new Echo(answer, took);
  }

  private EchoResponse call(EchoRequest sent) throws FetchException {
    try {
      return ProbeGrpc.newBlockingStub(api.channel())
          .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS)
          .echo(sent);
    } catch (StatusRuntimeException e) {
      throw api.failure(Status.fromThrowable(e));
    }
  }
}
