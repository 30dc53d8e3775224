package dev.penstock.testing.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate authority of a test's own, and what it signs: good certificates and bad ones. One
 * thread at a time.
 */
public final class TestAuthority {
  static final String LOOPBACK = "SAN=dns:localhost,ip:127.0.0.1";
  private static final String ALIAS = "authority";

  private final Keytool keytool;
  private final TestIdentity own;
  private int issued;

  private TestAuthority(Keytool keytool, TestIdentity own) {
    this.keytool = keytool;
    this.own = own;
  }

  /** Makes one whose files are in a new directory below this one; it is valid for four days. */
  public static TestAuthority create(Path directory) throws IOException, InterruptedException {
    return create(directory, "penstock-test-authority");
  }

  /** The same, with another name for who it is. */
  public static TestAuthority create(Path directory, String name)
      throws IOException, InterruptedException {
    Keytool keytool = new Keytool(Files.createTempDirectory(directory, ALIAS));
    List<String> more = new ArrayList<>(List.of("-startdate", "-2d", "-validity", "4"));
    more.addAll(List.of("-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign"));
    return new TestAuthority(keytool, keytool.generate(ALIAS, name, more));
  }

  /** Its own certificate: what those trust who trust what it signed. */
  public Path certificate() {
    return own.certificate();
  }

  /** For a server on loopback. */
  public TestIdentity issue() throws IOException, InterruptedException {
    return sign("localhost", List.of("-ext", LOOPBACK, "-validity", "1"));
  }

  /** For a server on loopback, and no longer valid since yesterday. */
  public TestIdentity issueExpired() throws IOException, InterruptedException {
    return sign("localhost", List.of("-ext", LOOPBACK, "-startdate", "-2d", "-validity", "1"));
  }

  /** For a server of this name only. */
  public TestIdentity issueFor(String host) throws IOException, InterruptedException {
    return sign(host, List.of("-ext", "SAN=dns:" + host, "-validity", "1"));
  }

  /** For a client that shows who it is; no server may use it. */
  public TestIdentity issueForClient(String name) throws IOException, InterruptedException {
    return sign(name, List.of("-ext", "eku=clientAuth", "-validity", "1"));
  }

  private TestIdentity sign(String subject, List<String> more)
      throws IOException, InterruptedException {
    List<String> signed = new ArrayList<>(List.of("-signer", ALIAS));
    signed.addAll(more);
    return keytool.generate("issued-" + ++issued, subject, signed);
  }
}
