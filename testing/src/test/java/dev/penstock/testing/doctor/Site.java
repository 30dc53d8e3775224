package dev.penstock.testing.doctor;

import dev.penstock.testing.peers.TestAuthority;
import dev.penstock.testing.peers.TestIdentity;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What all paths have in common: where files go, and what is shown under TLS. Any thread.
 *
 * @param authority whom the client trusts
 * @param certificate for whatever listens on loopback
 */
record Site(Path directory, Path authority, TestIdentity certificate) {
  static Site below(Path directory) throws IOException, InterruptedException {
    TestAuthority authority = TestAuthority.create(directory);
    return new Site(directory, authority.certificate(), authority.issue());
  }
}
