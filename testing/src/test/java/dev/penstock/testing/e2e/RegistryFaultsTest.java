package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.registry.Access;
import dev.penstock.testing.registry.Credentials;
import dev.penstock.testing.registry.EmbeddedRegistry;
import dev.penstock.testing.registry.Fault;
import dev.penstock.testing.registry.Refusal;
import dev.penstock.testing.registry.SettableClock;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no real registry does on demand, and what the caller sees of it: mostly nothing. */
class RegistryFaultsTest {
  private static final Credentials READER = new Credentials("reader", "a secret");
  private static final int MIB = 1 << 20;

  /** Beyond all that is read ahead, and kept on the way, while a caller reads nothing. */
  private static final long FAR = 40L * MIB;

  private final Blob blob = Blob.generated(91, 64L * MIB);
  @TempDir Path directory;

  @Test
  void tokenThatExpiresWithinATransfer_isRenewedWhenTheRegistryCutsIt() throws Exception {
    try (EmbeddedRegistry registry = publish(bearer());
        Deployment penstock = deploy(registry)) {
      registry.troubles().expireTokensAndCutAfter(Duration.ofSeconds(2));
      BlobReceiver receiver = stalled(penstock);
      assertThat(registry.traffic(blob.digest()).awaitTransfersOpen(0, Bounds.EVENT)).isTrue();
      receiver.resume();
      Callers.expectWhole(receiver, blob);
      assertThat(registry.tokensIssued()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void signedUrlThatExpired_isReplacedByAFreshOne() throws Exception {
    SettableClock clock = new SettableClock();
    try (EmbeddedRegistry registry = publish(bearer().redirectBlobs().clock(clock));
        Deployment penstock = deploy(registry)) {
      registry.troubles().expireUrlsAfter(Duration.ofMinutes(1));
      registry.breakBlob(blob.digest(), new Fault.CloseAt(FAR));
      BlobReceiver receiver = stalled(penstock);
      registry.repairBlob(blob.digest()); // for the next; this one will break off
      clock.advance(Duration.ofMinutes(2));
      receiver.resume();
      Callers.expectWhole(receiver, blob);
      assertThat(registry.traffic(blob.digest()).transfersBegun()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void burstOfFailuresBeforeTheFirstByte_isSatOut(int status) throws Exception {
    try (EmbeddedRegistry registry = publish(EmbeddedRegistry.builder());
        Deployment penstock = deploy(registry)) {
      registry.troubles().refuseNext(3, Refusal.of(status));
      Outcomes.expectWhole(penstock, blob);
      assertThat(registry.troubles().refusalsLeft()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void burstOfFailuresWithinATransfer_isSatOut(int status) throws Exception {
    expectSatOut(5, Refusal.of(status));
  }

  @Test
  void throttlingWithinATransfer_isSatOut() throws Exception {
    expectSatOut(3, Refusal.throttled(Duration.ofSeconds(1)));
  }

  @Test
  void throttlingForLong_isToldToTheCaller() throws Exception {
    try (EmbeddedRegistry registry = publish(EmbeddedRegistry.builder());
        ClientLog log = ClientLog.open();
        Deployment penstock = deploy(registry)) {
      registry.troubles().refuseNext(Integer.MAX_VALUE, Refusal.throttled(Duration.ofHours(1)));
      String phrase = "the registry asks to come later (429";
      Outcomes.expectFailure(penstock, blob, Code.UNAVAILABLE, phrase);
      log.await("' at " + registry.url() + ": ", phrase);
    }
  }

  @Test
  void rangeThatIsIgnored_costsTimeButNoByte() throws Exception {
    try (EmbeddedRegistry registry = publish(EmbeddedRegistry.builder());
        Deployment penstock = deploy(registry)) {
      registry.breakBlob(blob.digest(), new Fault.IgnoreRange());
      Outcomes.expectPart(penstock, blob, 5L * MIB, 3L * MIB);
      Outcomes.expectPart(penstock, blob, 63L * MIB, MIB);
    }
  }

  @Test
  void rangeThatIsIgnoredWhenATransferGoesOn_costsTimeButNoByte() throws Exception {
    try (EmbeddedRegistry registry = publish(EmbeddedRegistry.builder());
        Deployment penstock = deploy(registry)) {
      registry.breakBlob(blob.digest(), new Fault.CloseAt(FAR));
      BlobReceiver receiver = stalled(penstock);
      registry.breakBlob(blob.digest(), new Fault.IgnoreRange());
      receiver.resume();
      Callers.expectWhole(receiver, blob);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1, 1000})
  void rangeThatIsAnother_isNeverTakenForTheOneThatWasAsked(long shift) throws Exception {
    try (EmbeddedRegistry registry = publish(EmbeddedRegistry.builder());
        Deployment penstock = deploy(registry)) {
      registry.breakBlob(blob.digest(), new Fault.CloseAt(FAR));
      BlobReceiver receiver = stalled(penstock);
      registry.breakBlob(blob.digest(), new Fault.OtherRange(shift));
      receiver.resume();
      var status = receiver.await(Bounds.TRANSFER);
      assertThat(status.getCode()).as("%s", status).isEqualTo(Code.DATA_LOSS);
      assertThat(status.getDescription()).contains("another range than the one asked");
    }
  }

  /** What comes behind the announced end is nobody's, and the next reader gets none of it. */
  @Test
  void bodyThatGoesOnBehindItsEnd_harmsNobody() throws Exception {
    try (EmbeddedRegistry registry = publish(EmbeddedRegistry.builder());
        Deployment penstock = deploy(registry)) {
      registry.breakBlob(blob.digest(), new Fault.Overrun(3L * MIB));
      Outcomes.expectWhole(penstock, blob);
      Outcomes.expectWhole(penstock, blob);
      registry.repairBlob(blob.digest());
      Outcomes.expectWhole(penstock, blob);
    }
  }

  /** The registry breaks off within the transfer, and refuses so many requests that follow. */
  private void expectSatOut(int requests, Refusal refusal) throws Exception {
    try (EmbeddedRegistry registry = publish(EmbeddedRegistry.builder());
        Deployment penstock = deploy(registry)) {
      registry.breakBlob(blob.digest(), new Fault.CloseAt(FAR));
      BlobReceiver receiver = stalled(penstock);
      registry.repairBlob(blob.digest());
      registry.troubles().refuseNext(requests, refusal);
      receiver.resume();
      Callers.expectWhole(receiver, blob);
      assertThat(registry.troubles().refusalsLeft()).isZero();
    }
  }

  /** A caller that has some of the blob and waits, so that the registry is not read to its end. */
  private BlobReceiver stalled(Deployment penstock) throws Exception {
    BlobReceiver receiver = BlobReceiver.stallingAt(MIB);
    penstock.fetch(Names.blob(blob.digest()), receiver);
    receiver.awaitStall(Bounds.EVENT);
    return receiver;
  }

  private static EmbeddedRegistry.Builder bearer() {
    return EmbeddedRegistry.builder().access(new Access.Bearer(READER));
  }

  private EmbeddedRegistry publish(EmbeddedRegistry.Builder settings) {
    EmbeddedRegistry registry = settings.start();
    registry.add(Names.REPOSITORY, blob);
    return registry;
  }

  private Deployment deploy(EmbeddedRegistry registry) throws Exception {
    return Deployment.builder(directory)
        .registry(registry.url())
        .registryCredentials(READER.username(), READER.password())
        .start();
  }
}
