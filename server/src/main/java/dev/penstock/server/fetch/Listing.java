package dev.penstock.server.fetch;

import dev.penstock.registry.v1.Descriptor;
import dev.penstock.registry.v1.ListReferrersRequest;
import dev.penstock.registry.v1.ListReferrersResponse;
import dev.penstock.registry.v1.ListRepositoriesRequest;
import dev.penstock.registry.v1.ListRepositoriesResponse;
import dev.penstock.registry.v1.ListTagsRequest;
import dev.penstock.registry.v1.ListTagsResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Reads lists to their end, and hands their entries on page by page; one page is in memory.
 *
 * <p>Threads: the one that asks waits, and gets the entries.
 */
public final class Listing {
  private final ApiClient api;
  private final RegistryGrpc.RegistryBlockingStub stub;
  private final String registry;
  private final int pageSize;

  /**
   * Lists of one registry.
   *
   * @param registry the client's name for one of its registries; empty for its first
   * @param pageSize how many entries to ask for at a time, as the contract has it
   */
  public Listing(ApiClient api, String registry, int pageSize) {
    this.api = api;
    this.stub = RegistryGrpc.newBlockingStub(api.channel());
    this.registry = registry;
    this.pageSize = pageSize;
  }

  /** The tags of a repository. */
  public void tags(RepositoryTarget repository, Consumer<String> each) throws FetchException {
    ListTagsRequest.Builder request =
        ListTagsRequest.newBuilder()
            .setTunnel(repository.tunnel())
            .setRegistry(registry)
            .setRepository(repository.repository())
            .setPageSize(pageSize);
    readAll(
        token -> {
          ListTagsResponse page = stub.listTags(request.setPageToken(token).build());
          page.getTagsList().forEach(each);
          return page.getNextPageToken();
        });
  }

  /** The repositories that the customer allows. */
  public void repositories(String tunnel, Consumer<String> each) throws FetchException {
    ListRepositoriesRequest.Builder request =
        ListRepositoriesRequest.newBuilder()
            .setTunnel(tunnel)
            .setRegistry(registry)
            .setPageSize(pageSize);
    readAll(
        token -> {
          ListRepositoriesResponse page =
              stub.listRepositories(request.setPageToken(token).build());
          page.getRepositoriesList().forEach(each);
          return page.getNextPageToken();
        });
  }

  /**
   * The manifests that refer to one.
   *
   * @param artifactType empty: of all types
   */
  public void referrers(FetchTarget subject, String artifactType, Consumer<Descriptor> each)
      throws FetchException {
    ListReferrersRequest.Builder request =
        ListReferrersRequest.newBuilder()
            .setTunnel(subject.tunnel())
            .setRegistry(registry)
            .setRepository(subject.repository())
            .setDigest(subject.name())
            .setArtifactType(artifactType);
    readAll(
        token -> {
          ListReferrersResponse page = stub.listReferrers(request.setPageToken(token).build());
          page.getReferrersList().forEach(each);
          return page.getNextPageToken();
        });
  }

  /** Asks with each page's token for the next one. */
  private void readAll(UnaryOperator<String> page) throws FetchException {
    try {
      String token = page.apply("");
      while (!token.isEmpty()) {
        token = page.apply(token);
      }
    } catch (StatusRuntimeException e) {
      throw api.failure(Status.fromThrowable(e));
    }
  }
}
