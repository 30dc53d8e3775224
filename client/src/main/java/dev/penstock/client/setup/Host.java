package dev.penstock.client.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What units and manifests need to know of this machine.
 *
 * @param javaHome of the Java to run; empty: the one on the PATH
 * @param userId of whoever owns the files, and so may read them
 */
record Host(Optional<Path> javaHome, int userId, int groupId) {
  /** Nobody in particular, as other images have it. */
  static final int NOBODY = 65532;

  private static final Logger log = LoggerFactory.getLogger(Host.class);
  private static final Path USUAL_JAVA = Path.of("/usr/bin/java");

  /** This one; what root owns is to be given to {@link #NOBODY}. */
  static Host of(Path directory) {
    Optional<Path> javaHome =
        Files.isExecutable(USUAL_JAVA)
            ? Optional.empty()
            : Optional.of(Path.of(System.getProperty("java.home", "/usr")));
    int user = attribute(directory, "unix:uid");
    return new Host(
        javaHome, user == 0 ? NOBODY : user, user == 0 ? NOBODY : attribute(directory, "unix:gid"));
  }

  private static int attribute(Path directory, String name) {
    try {
      return Files.getAttribute(directory, name) instanceof Integer id ? id : 0;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      log.debug("no {} of {}", name, directory, e);
      return 0; // not a Unix: the container's user is as good as any
    }
  }
}
