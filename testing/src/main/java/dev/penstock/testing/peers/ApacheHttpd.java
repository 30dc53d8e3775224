package dev.penstock.testing.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Debian's {@code apache2}, without Debian's configuration. */
public final class ApacheHttpd implements ReloadablePeer {
  private static final Duration START_BOUND = Duration.ofSeconds(30);
  private static final Pattern SERVING = Pattern.compile("resuming normal operations");

  /** Below it is {@code modules}. */
  private static final String SERVER_ROOT = "/usr/lib/apache2";

  /** Who the workers are when root runs it. */
  private static final String USER = "www-data";

  private final PeerProcess process;

  private ApacheHttpd(PeerProcess process) {
    this.process = process;
  }

  /**
   * Starts one with this configuration, which says where it listens and loads its modules; with its
   * files below {@code directory}, which must exist. It serves when this returns.
   */
  public static ApacheHttpd start(String configuration, Path directory)
      throws IOException, InterruptedException {
    Path file = Files.writeString(directory.resolve("httpd.conf"), configuration);
    PeerProcess process =
        PeerProcess.start(command(file, directory), directory.resolve("apache2.log"), SERVING);
    try {
      var unused = process.await(START_BOUND);
      return new ApacheHttpd(process);
    } catch (IOException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  private static List<String> command(Path file, Path directory) {
    List<String> command = new ArrayList<>();
    command.add(PeerBinary.APACHE.require().toString());
    command.addAll(List.of("-D", "FOREGROUND", "-d", SERVER_ROOT, "-f", file.toString()));
    List.of(
            "DefaultRuntimeDir " + directory,
            "PidFile " + directory.resolve("apache2.pid"),
            "ErrorLog /dev/stderr",
            "User " + USER,
            "Group " + USER)
        .forEach(directive -> command.addAll(List.of("-C", directive)));
    return command;
  }

  @Override
  public void reload() throws IOException, InterruptedException {
    int before = process.matches();
    process.signal("USR1");
    process.awaitMatches(before + 1, START_BOUND);
  }

  @Override
  public void close() {
    process.close();
  }
}
