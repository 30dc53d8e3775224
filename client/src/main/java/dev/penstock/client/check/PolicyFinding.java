package dev.penstock.client.check;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.policy.file.PolicyDocument;
import java.util.List;

/** What a policy file comes to with the registries that a client has. */
public final class PolicyFinding {
  private PolicyFinding() {}

  /** Good, or a warning of names that are no registry's; never a failure. */
  public static Finding of(PolicyDocument document, ClientConfig config) {
    List<String> unknown = document.unknownRegistries(config.registryNames());
    String rules = "policy-file: rules=" + document.policy().rules().size();
    return unknown.isEmpty()
        ? Finding.ok("policy", rules)
        : Finding.warning(
            "policy",
            rules + "; it names registries that this client does not have: " + unknown,
            "correct their names there, or name the registry by --registry NAME=URL");
  }
}
