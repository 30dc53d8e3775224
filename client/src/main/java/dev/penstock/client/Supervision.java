package dev.penstock.client;

import dev.penstock.client.audit.AuditLog;
import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.file.PolicyDocument;
import dev.penstock.client.policy.file.ReloadingPolicy;
import dev.penstock.client.service.AccessControl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The customer's control as the configuration has it: the policy, which follows its file, and the
 * audit log. A thread of its own looks at the file each second, so that no transfer waits for a
 * disk.
 */
final class Supervision implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Supervision.class);
  private static final long LOOK_EVERY_MILLIS = 1_000;

  private final AuditLog audit;
  private final AccessControl control;
  private final @Nullable ScheduledExecutorService looking;

  private Supervision(
      AuditLog audit, AccessControl control, @Nullable ScheduledExecutorService looking) {
    this.audit = audit;
    this.control = control;
    this.looking = looking;
  }

  /**
   * Reads the policy and begins the log.
   *
   * @throws IOException naming the file that cannot be written
   * @throws IllegalArgumentException naming what is wrong in the policy file
   */
  static Supervision begin(ClientConfig config) throws IOException {
    AuditLog audit = config.audit().open();
    try {
      Path file = config.policyFile();
      return file == null
          ? new Supervision(audit, control(config.policy(), audit), null)
          : following(file, config.registryNames(), audit);
    } catch (RuntimeException e) {
      audit.close();
      throw e;
    }
  }

  private static AccessControl control(Policy policy, AuditLog audit) {
    if (policy.rules().isEmpty()) {
      log.warn("nothing may be read: there is neither --allow nor --policy-file");
    }
    return new AccessControl(PolicyDocument.of(policy), audit);
  }

  private static Supervision following(Path file, List<String> registries, AuditLog audit) {
    AccessControl control = new AccessControl(PolicyDocument.NOTHING, audit);
    ReloadingPolicy policy =
        ReloadingPolicy.open(file, document -> take(document, registries, control));
    take(policy.current(), registries, control);
    ScheduledExecutorService looking =
        Executors.newSingleThreadScheduledExecutor(Supervision::thread);
    looking.scheduleWithFixedDelay(
        policy::check, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    return new Supervision(audit, control, looking);
  }

  private static void take(
      PolicyDocument document, List<String> registries, AccessControl control) {
    List<String> unknown = document.unknownRegistries(registries);
    if (!unknown.isEmpty()) {
      log.warn("the policy names registries that this client does not have: {}", unknown);
    }
    control.change(document);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "penstock-policy");
    thread.setDaemon(true);
    return thread;
  }

  AccessControl control() {
    return control;
  }

  @Override
  public void close() {
    if (looking != null) {
      looking.shutdownNow();
    }
    audit.close();
  }
}
