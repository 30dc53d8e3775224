package dev.penstock.client.setup;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.check.Finding;
import dev.penstock.client.check.PolicyFinding;
import dev.penstock.client.policy.file.PolicyDocument;
import dev.penstock.client.policy.file.PolicyFile;
import java.io.IOException;
import java.nio.file.Path;

/** The policy file that was given in place of an answer to what may be read. */
record GivenPolicy(PolicyDocument document) {

  /**
   * Reads it, which comes before the first question: nobody likes to answer four and then hear it.
   *
   * @throws IOException naming the file, what is wrong in it, and what to do
   */
  static GivenPolicy read(Path file) throws IOException {
    try {
      return new GivenPolicy(PolicyFile.read(file));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s; correct the file: 'penstock-client policy test --policy-file %s …' tries it"
              .formatted(e.getMessage(), file),
          e);
    }
  }

  /** What it comes to with these registries; never a failure. */
  Finding finding(ClientConfig config) {
    return PolicyFinding.of(document, config);
  }
}
