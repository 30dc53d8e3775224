package dev.penstock.client.service;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.limits.Limit;
import dev.penstock.client.limits.Limits;
import dev.penstock.client.names.Digest;
import dev.penstock.client.policy.Operation;
import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.file.PolicyDocument;
import dev.penstock.client.registry.http.HttpTransport;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The customer's limits of transfers and of their rate. */
final class LimitServiceTest extends ControlledService {
  private static final Limits ONE = new Limits(Limit.ofTransfers(1), Map.of());

  private final byte[] content = bytes(2_000_000);
  private Digest large;

  @BeforeEach
  void put() {
    large = registry.blob(content);
  }

  @Test
  void transferTooMany_isRefusedUntilOneHasEnded() throws Exception {
    limits(ONE);
    Transfer first = underWay();
    Status refused = end(Operation.FETCH_BLOB);
    assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getDescription())
        .contains("1 transfers under way", "the customer allows 1 at once", "retry");
    assertThat(audit.next().get("outcome").getAsString()).isEqualTo("RESOURCE_EXHAUSTED");

    assertThat(first.end()).isEqualTo(Status.OK);
    assertThat(end(Operation.FETCH_BLOB)).isEqualTo(Status.OK);
    takeLines(2);
  }

  @Test
  void limit_isOfTransfersAndOfNothingElse() throws Exception {
    limits(ONE);
    Transfer first = underWay();
    for (Operation operation : Operation.values()) {
      if (operation != Operation.FETCH_BLOB) {
        assertThat(end(operation)).as(operation.key()).isEqualTo(Status.OK);
      }
    }
    assertThat(first.end()).isEqualTo(Status.OK);
    takeLines(7);
  }

  @Test
  void limitOfARegistry_countsToo() throws Exception {
    limits(new Limits(Limit.NONE, Map.of("main", Limit.ofTransfers(1), "x", Limit.NONE)));
    Transfer first = underWay();
    assertThat(end(Operation.FETCH_BLOB).getDescription()).contains("registry 'main' has 1");
    assertThat(first.end()).isEqualTo(Status.OK);
    takeLines(2);
  }

  @Test
  void cancelledTransfer_freesItsPlace() throws Exception {
    limits(ONE);
    for (int i = 0; i < 20; i++) {
      Transfer cancelled = underWay();
      cancelled.cancel();
      assertThat(audit.next().get("outcome").getAsString()).isEqualTo("CANCELLED");
      awaitNothingUnderWay();
    }
    assertThat(end(Operation.FETCH_BLOB)).isEqualTo(Status.OK);
    takeLines(1);
  }

  @Test
  void transferThatIsCancelledBeforeItsFirstByte_freesItsPlace() throws Exception {
    limits(ONE);
    Digest silent = Digest.of(bytes(3));
    registry.on(blobPath(silent), (request, out) -> Thread.currentThread().join());
    for (int i = 1; i <= 10; i++) {
      int asked = i;
      Transfer cancelled = new Transfer(fetchRequest(silent).build());
      await("the registry is asked", () -> registry.requests().size() >= asked);
      cancelled.cancel();
      assertThat(audit.next().get("outcome").getAsString()).isEqualTo("CANCELLED");
      awaitNothingUnderWay();
    }
    assertThat(end(Operation.FETCH_BLOB)).isEqualTo(Status.OK);
    takeLines(1);
  }

  @Test
  void failedTransfer_freesItsPlace() throws Exception {
    Digest broken = Digest.of(bytes(4));
    registry.on(
        blobPath(broken),
        (request, out) -> {
          if (request.header("Range") != null) {
            reply(out, 404);
            return;
          }
          reply(out, 200, Map.of("Content-Length", "100000"), bytes(50_000));
          throw new IOException("close");
        });
    Digest missing = Digest.of(bytes(5));
    Digest failing = Digest.of(bytes(6));
    registry.on(blobPath(failing), (request, out) -> reply(out, 500));
    limits(ONE);
    for (Digest digest : List.of(missing, failing, broken, missing, failing)) {
      Status end = endOf(() -> fetch(digest));
      assertThat(end.getCode()).isNotIn(Status.Code.OK, Status.Code.RESOURCE_EXHAUSTED);
    }
    assertThat(end(Operation.FETCH_BLOB)).isEqualTo(Status.OK);
    takeLines(6);
  }

  @Test
  void blobThatIsTooLarge_freesItsPlace() throws Exception {
    control.change(new PolicyDocument(new Policy(List.of(all("small").upTo(1_000))), ONE));
    for (int i = 0; i < 3; i++) {
      assertThat(endOf(() -> fetch(large)).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }
    assertThat(end(Operation.FETCH_BLOB)).isEqualTo(Status.OK);
    takeLines(4);
  }

  @Test
  void limitThatIsLowered_endsNothingAndLetsNoneBegin() throws Exception {
    limits(new Limits(Limit.ofTransfers(2), Map.of()));
    Transfer first = underWay();
    Transfer second = underWay();
    limits(ONE);
    assertThat(end(Operation.FETCH_BLOB).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(first.end()).isEqualTo(Status.OK);
    assertThat(end(Operation.FETCH_BLOB).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(second.end()).isEqualTo(Status.OK);
    assertThat(end(Operation.FETCH_BLOB)).isEqualTo(Status.OK);
    takeLines(5);
  }

  @Test
  void rate_isKeptAndEveryByteArrives() throws Exception {
    long rate = 1 << 20;
    limits(new Limits(Limit.NONE, Map.of("main", Limit.ofRate(rate))));
    long began = System.nanoTime();
    assertThat(fetch(large)).isEqualTo(content);
    // A tenth of a second of the rate may be saved up, and one read ahead of its debt.
    long owed = content.length - rate / 10 - HttpTransport.readBufferBytes();
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isGreaterThanOrEqualTo(Duration.ofMillis(owed * 1_000 / rate));
    assertThat(gauges.readBytes()).isEqualTo(content.length);
    takeLines(1);
  }

  @Test
  void transferThatIsCancelledWhileItWaitsForTheRate_endsAtOnce() throws Exception {
    limits(new Limits(Limit.of(1, 1 << 10), Map.of()));
    Transfer waiting = new Transfer(fetchRequest(large).build());
    assertThat(waiting.next().hasHeader()).isTrue();
    waiting.next(); // with it the rate is spent for minutes
    waiting.cancel();
    assertThat(audit.next().get("outcome").getAsString()).isEqualTo("CANCELLED");
    awaitNothingUnderWay();
    limits(ONE);
    assertThat(end(Operation.FETCH_BLOB)).isEqualTo(Status.OK);
    takeLines(1);
  }

  @Test
  void rateThatIsRaised_countsForWhoWaits() throws Exception {
    limits(new Limits(Limit.ofRate(1 << 10), Map.of()));
    Transfer waiting = new Transfer(fetchRequest(large).build());
    assertThat(waiting.next().hasHeader()).isTrue();
    long received = waiting.next().getData().size();
    limits(Limits.NONE);
    assertThat(waiting.end()).isEqualTo(Status.OK);
    assertThat(received + waiting.receivedBytes()).isEqualTo(content.length);
    takeLines(1);
  }

  /** Its caller has the header, and reads no further. */
  private Transfer underWay() throws InterruptedException {
    Transfer transfer = new Transfer(fetchRequest(large).build());
    assertThat(transfer.next().hasHeader()).isTrue();
    return transfer;
  }

  /** A cancellation has come by when its line has, and what it frees is free soon. */
  private void awaitNothingUnderWay() {
    await("nothing is under way", () -> gauges.activeTransfers() == 0);
  }
}
