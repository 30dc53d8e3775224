package dev.penstock.testing.peers;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Debian's {@code skopeo}, as a pusher of images. */
public final class Skopeo {
  private static final Duration PUSH_BOUND = Duration.ofMinutes(5);

  private Skopeo() {}

  /**
   * Pushes the image under {@code tag} in an image layout, all platforms, digests kept, to a
   * registry that speaks plain HTTP.
   *
   * @param output the file that gets what skopeo prints
   */
  public static void push(Path layout, String tag, URI registry, String repository, Path output)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            PeerBinary.SKOPEO.require().toString(),
            "--insecure-policy",
            "copy",
            "--all",
            "--preserve-digests",
            "--dest-tls-verify=false",
            "oci:" + layout + ":" + tag,
            "docker://" + registry.getAuthority() + "/" + repository + ":" + tag);
    PeerProcess.run(command, output, PUSH_BOUND);
  }
}
