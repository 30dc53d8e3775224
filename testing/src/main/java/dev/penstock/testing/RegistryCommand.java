package dev.penstock.testing;

import dev.penstock.testing.cli.ByteSize;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.registry.EmbeddedRegistry;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code registry}: serves one made-up image until the process is ended.
 *
 * <p>Once it serves, it prints to standard output {@code listening URL}, {@code manifest
 * REPOSITORY:TAG DIGEST} and, for each blob, {@code REPOSITORY@DIGEST SIZE}; then {@code ready}.
 */
@Command(
    name = "registry",
    description = "Serves a generated image from memory, over the real OCI API.",
    mixinStandardHelpOptions = true)
final class RegistryCommand implements Callable<Integer> {
  private static final long FIRST_SEED = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:5000",
      description = "Where to listen; port 0 picks a free one. Default: ${DEFAULT-VALUE}")
  private String listen;

  @Option(
      names = "--image",
      paramLabel = "REPOSITORY:TAG",
      defaultValue = "team/app:1.0",
      description = "Name of the image. Default: ${DEFAULT-VALUE}")
  private String image;

  @Option(
      names = "--layer-size",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      split = ",",
      defaultValue = "64MiB",
      description =
          "Size of a layer, such as 256MiB; repeat for more layers. Default: ${DEFAULT-VALUE}")
  private List<Long> layerSizes;

  @Override
  public Integer call() throws InterruptedException {
    int colon = image.lastIndexOf(':');
    if (colon < 1 || image.indexOf('/', colon) >= 0) {
      throw usage("--image: '" + image + "' is not REPOSITORY:TAG");
    }
    String repository = image.substring(0, colon);
    String tag = image.substring(colon + 1);
    try (EmbeddedRegistry registry = EmbeddedRegistry.builder().listen(address()).start()) {
      Image made = Image.singleArch(layers());
      registry.add(repository, tag, made);
      announce(registry.url(), repository, tag, made);
      new CountDownLatch(1).await(); // Until a signal ends the process.
    }
    return 0;
  }

  private List<Blob> layers() {
    List<Blob> layers = new ArrayList<>();
    for (long size : layerSizes) {
      layers.add(Blob.layer(FIRST_SEED + layers.size(), size));
    }
    return layers;
  }

  private InetSocketAddress address() {
    URI parsed = URI.create("tcp://" + listen);
    if (parsed.getHost() == null || parsed.getPort() < 0) {
      throw usage("--listen: '" + listen + "' is not HOST:PORT");
    }
    return new InetSocketAddress(parsed.getHost(), parsed.getPort());
  }

  private void announce(URI url, String repository, String tag, Image made) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("listening " + url);
    out.println("manifest " + repository + ":" + tag + " " + made.top().digest());
    made.blobs().forEach(blob -> out.println(repository + "@" + blob.digest() + " " + blob.size()));
    out.println("ready");
    out.flush();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
