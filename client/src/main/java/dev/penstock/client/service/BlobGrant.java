package dev.penstock.client.service;

import dev.penstock.client.limits.Pace;
import dev.penstock.client.limits.TransferGrant;
import dev.penstock.client.limits.TransferPermit;
import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Repository;
import dev.penstock.client.policy.Verdict;
import dev.penstock.client.registry.BlobContent;
import dev.penstock.client.registry.BlobRange;
import dev.penstock.client.registry.RegistryTraffic;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.registry.v1.FetchBlobRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A transfer that may begin: what was asked for has been parsed and admitted, and counts as under
 * way until this is closed.
 */
final class BlobGrant implements AutoCloseable {
  private final Admitted admitted;
  private final Repository repository;
  private final Digest digest;
  private final BlobRange range;
  private final TransferPermit permit;
  private final Pace pace;

  private BlobGrant(
      Admitted admitted,
      Repository repository,
      Digest digest,
      BlobRange range,
      TransferPermit permit,
      Pace pace) {
    this.admitted = admitted;
    this.repository = repository;
    this.digest = digest;
    this.range = range;
    this.permit = permit;
    this.pace = pace;
  }

  /**
   * Judges a request.
   *
   * @throws StatusException saying why it may not begin
   */
  static BlobGrant of(
      FetchBlobRequest wanted, AccessEntry entry, Admission admission, AccessControl control)
      throws StatusException {
    Repository repository = Admission.repository(wanted.getRepository());
    entry.names(repository, null); // already, should the rest be refused
    Digest digest = Admission.digest(wanted.getDigest());
    entry.names(repository, digest);
    BlobRange range = Admission.range(wanted.getOffset(), wanted.getLength());
    Admitted admitted = admission.admit(entry, wanted.getRegistry(), repository);
    String registry = admitted.registry().endpoint().name();
    Pace pace = control.pace(registry, HttpTransport.readBufferBytes());
    TransferPermit permit = permit(control.tryTransfer(registry)); // last: nothing may fail then
    return new BlobGrant(admitted, repository, digest, range, permit, pace);
  }

  private static TransferPermit permit(TransferGrant answer) throws StatusException {
    if (answer instanceof TransferGrant.Full full) {
      throw Status.RESOURCE_EXHAUSTED.withDescription(full.explanation()).asException();
    }
    return (TransferPermit) answer;
  }

  CompletableFuture<BlobContent> open() {
    return admitted.registry().blob(repository, digest, range);
  }

  /** Why this blob, of which the size is known now, may not leave; empty: it may. */
  Optional<Status> refusal(BlobContent opened) {
    Verdict.Allowed verdict = admitted.verdict();
    long size = opened.stat().size();
    return verdict.permits(size)
        ? Optional.empty()
        : Optional.of(
            Status.PERMISSION_DENIED.withDescription(
                "the customer's policy denies blob %s@%s: it has %d bytes, and %s"
                    .formatted(repository, digest, size, verdict.limit())));
  }

  /** What is counted of the registry. */
  RegistryTraffic traffic() {
    return admitted.registry().traffic();
  }

  Pace pace() {
    return pace;
  }

  /** Runs a task once that much time has passed. */
  void after(Duration wait, Runnable task) {
    admitted.registry().after(wait, task);
  }

  @Override
  public void close() {
    permit.close();
  }
}
