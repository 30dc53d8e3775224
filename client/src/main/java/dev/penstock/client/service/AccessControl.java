package dev.penstock.client.service;

import dev.penstock.client.audit.AuditLog;
import dev.penstock.client.limits.Pace;
import dev.penstock.client.limits.Place;
import dev.penstock.client.limits.Places;
import dev.penstock.client.limits.RateLimit;
import dev.penstock.client.limits.TransferGrant;
import dev.penstock.client.limits.TransferLimits;
import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.file.PolicyDocument;
import java.util.concurrent.CompletableFuture;

/**
 * The customer's hold on all accesses: the policy in force, the limits of transfers, and the log of
 * what was done.
 *
 * <p>Any thread may call any method. What is under way when the policy changes goes on under the
 * verdict that it had; new rates count for it too.
 */
public final class AccessControl {
  /** Each holds an answer of 4 MiB at the most, as {@code RegistryOptions} bounds them. */
  static final int SMALL_READS_OF_A_REGISTRY = 32;

  private final AuditLog audit;
  private final TransferLimits transfers;
  private final RateLimit rate;
  private final Places smallReads = new Places(SMALL_READS_OF_A_REGISTRY);
  private volatile Policy policy;

  /** With this policy until another comes. The log is not closed by it. */
  public AccessControl(PolicyDocument document, AuditLog audit) {
    this.audit = audit;
    policy = document.policy();
    transfers = new TransferLimits(document.limits());
    rate = new RateLimit(document.limits(), System::nanoTime);
  }

  /** From now on this is in force. */
  public void change(PolicyDocument document) {
    policy = document.policy();
    transfers.change(document.limits());
    rate.change(document.limits());
  }

  Policy policy() {
    return policy;
  }

  AuditLog audit() {
    return audit;
  }

  /** Asks to begin a transfer from this registry. */
  TransferGrant tryTransfer(String registry) {
    return transfers.tryAcquire(registry);
  }

  /** When a transfer, or one answer of one message, may read. */
  Pace pace(String registry, int readBytes) {
    return rate.pace(registry, readBytes);
  }

  /** A place for an answer of one message, in its turn. */
  CompletableFuture<Place> place(String registry) {
    return smallReads.take(registry);
  }

  /** For answers of one message: those that have a place, and those that stand in line. */
  Places smallReads() {
    return smallReads;
  }
}
