package dev.penstock.client.service;

import com.google.protobuf.MessageLite;
import dev.penstock.client.names.Repository;
import dev.penstock.client.names.Tag;
import dev.penstock.client.registry.Page;
import dev.penstock.client.registry.PageToken;
import dev.penstock.client.registry.Referrer;
import dev.penstock.registry.v1.Descriptor;
import dev.penstock.registry.v1.ListReferrersResponse;
import dev.penstock.registry.v1.ListRepositoriesResponse;
import dev.penstock.registry.v1.ListTagsResponse;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** From pages of a registry to the messages of the contract. */
final class Pages {
  /** What gRPC lets a receiver take unasked, in every language. */
  private static final int MAX_BYTES = 4 << 20;

  private Pages() {}

  static ListTagsResponse ofTags(Page<Tag> page) {
    ListTagsResponse.Builder response = ListTagsResponse.newBuilder();
    page.entries().forEach(tag -> response.addTags(tag.value()));
    return checked(response.setNextPageToken(token(page.next())).build());
  }

  static ListRepositoriesResponse ofRepositories(Page<Repository> page) {
    ListRepositoriesResponse.Builder response = ListRepositoriesResponse.newBuilder();
    page.entries().forEach(repository -> response.addRepositories(repository.value()));
    return checked(response.setNextPageToken(token(page.next())).build());
  }

  static ListReferrersResponse ofReferrers(Page<Referrer> page) {
    ListReferrersResponse.Builder response = ListReferrersResponse.newBuilder();
    page.entries().forEach(referrer -> response.addReferrers(descriptor(referrer)));
    return checked(response.setNextPageToken(token(page.next())).build());
  }

  /** A page's JSON has the same limit; thousands of annotations can take more room than there. */
  private static <R extends MessageLite> R checked(R response) {
    if (response.getSerializedSize() > MAX_BYTES) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription("the page has more than %d bytes".formatted(MAX_BYTES))
          .asRuntimeException();
    }
    return response;
  }

  private static Descriptor descriptor(Referrer referrer) {
    return Descriptor.newBuilder()
        .setMediaType(referrer.mediaType())
        .setDigest(referrer.digest().value())
        .setSize(referrer.size())
        .setArtifactType(referrer.artifactType())
        .putAllAnnotations(referrer.annotations())
        .build();
  }

  private static String token(@Nullable PageToken next) {
    return next == null ? "" : next.value();
  }
}
