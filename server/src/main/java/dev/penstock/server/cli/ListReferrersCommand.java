package dev.penstock.server.cli;

import dev.penstock.registry.v1.Descriptor;
import dev.penstock.server.fetch.ApiClient;
import dev.penstock.server.fetch.FetchException;
import dev.penstock.server.fetch.FetchTarget;
import dev.penstock.server.fetch.Listing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code list referrers}: the manifests whose subject is a given one. */
@Command(
    name = "referrers",
    description = {
      "Lists the manifests that refer to one: signatures, SBOMs, attestations.",
      "A line has digest, artifact type, media type and size, separated by tabs."
    },
    mixinStandardHelpOptions = true)
final class ListReferrersCommand extends ListingCommand {
  @Option(
      names = "--artifact-type",
      defaultValue = "",
      paramLabel = "TYPE",
      description = "Only those of this type, such as application/spdx+json.")
  private String artifactType;

  @Parameters(
      paramLabel = "TUNNEL/REPOSITORY@DIGEST",
      description = "For example acme/team/app@sha256:…")
  private String subject;

  @Override
  void list(ApiClient client, String registry) throws FetchException {
    FetchTarget wanted = FetchTarget.parse(subject);
    if (!wanted.isDigest()) {
      throw new IllegalArgumentException(
          "referrers are those of a digest: name the manifest by its digest");
    }
    new Listing(client, registry, 0).referrers(wanted, artifactType, this::print);
  }

  private void print(Descriptor referrer) {
    print(
        String.join(
            "\t",
            referrer.getDigest(),
            referrer.getArtifactType().replace('\t', '?'),
            referrer.getMediaType().replace('\t', '?'),
            Long.toString(referrer.getSize())));
  }
}
