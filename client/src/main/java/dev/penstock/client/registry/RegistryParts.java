package dev.penstock.client.registry;

import dev.penstock.client.registry.auth.Authorizer;
import dev.penstock.client.registry.auth.CredentialSource;
import dev.penstock.client.registry.http.HttpTransport;

/** What the reads of one registry share. */
record RegistryParts(
    RegistryEndpoint endpoint,
    RegistryHealth health,
    RegistryTraffic traffic,
    HttpTransport transport,
    RegistryOptions options,
    BlobSizes sizes,
    BlobOpening blobs,
    ManifestReading manifests,
    ManifestStats manifestStats,
    NameListing names,
    ReferrerListing referrers) {

  static RegistryParts of(
      RegistryEndpoint endpoint,
      CredentialSource credentials,
      RegistryOptions options,
      HttpTransport transport) {
    RegistryTraffic traffic = new RegistryTraffic(endpoint.name());
    Authorizer authorizer = new Authorizer(transport, endpoint.uri(), credentials);
    AuthorizedHttp http = new AuthorizedHttp(transport, authorizer, endpoint.uri(), traffic);
    BlobSizes sizes = new BlobSizes(http);
    ManifestReading manifests = new ManifestReading(http, options);
    ListReading lists = new ListReading(http);
    return new RegistryParts(
        endpoint,
        new RegistryHealth(endpoint),
        traffic,
        transport,
        options,
        sizes,
        new BlobOpening(http, sizes, options),
        manifests,
        new ManifestStats(http, manifests),
        new NameListing(lists, endpoint.uri()),
        new ReferrerListing(lists, manifests, endpoint.uri()));
  }
}
