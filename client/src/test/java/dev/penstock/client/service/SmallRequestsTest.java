package dev.penstock.client.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.registry.v1.StatManifestRequest;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

/** Requests hold a few names. */
final class SmallRequestsTest extends ControlledService {
  @Test
  void requestAboveTheBound_isRefusedUnread_andStandsInTheAuditLog() throws Exception {
    Status end =
        endOf(
            () ->
                stub()
                    .statManifest(
                        StatManifestRequest.newBuilder()
                            .setRepository("r".repeat(SmallRequests.MAX_BYTES))
                            .build()));
    assertThat(end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(end.getDescription())
        .isEqualTo("a request of 65,540 bytes; at most 65,536 are read");
    assertThat(registry.requests()).isEmpty();
    takeLines(1);
  }
}
