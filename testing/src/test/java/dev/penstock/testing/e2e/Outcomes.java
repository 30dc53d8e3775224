package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.image.Blob;
import io.grpc.Status;

/** How one read of a blob ends, as its caller sees it. */
final class Outcomes {
  private Outcomes() {}

  /** It comes whole. */
  static void expectWhole(Deployment penstock, Blob blob) throws InterruptedException {
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(Names.blob(blob.digest()), receiver);
    Callers.expectWhole(receiver, blob);
  }

  /** The part of it comes that was asked for. */
  static void expectPart(Deployment penstock, Blob blob, long offset, long length)
      throws InterruptedException {
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(Names.blobRange(blob.digest(), offset, length), receiver);
    Callers.expectWhole(receiver, Part.of(blob, offset, length));
  }

  /** It fails with this code, and a description with all of these phrases. */
  static void expectFailure(
      Deployment penstock, Blob blob, Status.Code code, CharSequence... phrases)
      throws InterruptedException {
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(Names.blob(blob.digest()), receiver);
    Status status = receiver.await(Bounds.TRANSFER);
    assertThat(status.getCode()).as("%s", status).isEqualTo(code);
    assertThat(status.getDescription()).contains(phrases);
  }
}
