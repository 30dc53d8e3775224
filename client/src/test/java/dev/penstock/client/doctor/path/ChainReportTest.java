package dev.penstock.client.doctor.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.doctor.visit.MadeKeys;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An authority that is trusted, and another that no longer is and has signed the first. */
@Timeout(120)
final class ChainReportTest {
  private static final String CA = "bc:critical=ca:true";

  @TempDir Path directory;
  private X509Certificate root;
  private X509Certificate crossSigned;
  private X509Certificate leaf;

  @BeforeEach
  void make() throws Exception {
    MadeKeys keys = new MadeKeys(directory);
    root = keys.make("root", "CN=Root", "-ext", CA, "-validity", "90");
    X509Certificate old = keys.make("old", "CN=Old Root", "-ext", CA);
    X509Certificate own = keys.make("leaf", "CN=server");
    crossSigned = keys.sign("root", "old", "-ext", CA, "-validity", "5");
    leaf = keys.sign("leaf", "root", "-validity", "90");
    assertThat(List.of(old, own)).doesNotContain(root);
  }

  @Test
  void chainThatEndsInAnOldCrossSignature_isOfTheAuthorityThatIsTrusted() {
    assertThat(new ChainReport(List.of(leaf, crossSigned)).isSignedBy(List.of(root))).isTrue();
  }

  @Test
  void genuineChainOfSomebodyElse_isNoProof() throws Exception {
    X509Certificate forged = new MadeKeys(directory).make("forged", "CN=server2");
    assertThat(new ChainReport(List.of(forged, leaf, crossSigned)).isSignedBy(List.of(root)))
        .isFalse();
  }

  @Test
  void certificateThatIsSentBesideAndEndsSoon_isNotTheServers() {
    Instant notice = Instant.now().plus(ChainReport.NOTICE);
    assertThat(new ChainReport(List.of(leaf, crossSigned)).endsBefore(notice)).isFalse();
    assertThat(new ChainReport(List.of(crossSigned)).endsBefore(notice)).isTrue();
  }
}
