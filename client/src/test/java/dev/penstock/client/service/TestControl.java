package dev.penstock.client.service;

import dev.penstock.client.audit.AuditLog;
import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.RepositoryPattern;
import dev.penstock.client.policy.file.PolicyDocument;
import java.util.List;

/** A customer's control for tests: no limits, no audit log. */
final class TestControl {
  private TestControl() {}

  static AccessControl allowing(String pattern) {
    Policy policy = Policy.allowing(List.of(new RepositoryPattern(pattern)));
    return new AccessControl(PolicyDocument.of(policy), AuditLog.none());
  }
}
