package dev.penstock.client.service;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.InvalidNameException;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.policy.AllowList;
import dev.penstock.client.registry.BlobRange;
import dev.penstock.client.registry.PageRequest;
import dev.penstock.client.registry.PageToken;
import dev.penstock.client.registry.ReferrerRequest;
import dev.penstock.client.registry.RegistryReader;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.List;
import java.util.function.Function;

/**
 * Lets a request through to a registry, or says why not: first the grammar, then the customer's
 * policy, then whether there is such a registry. In this order a caller learns of nothing that the
 * policy hides.
 */
final class Admission {
  private final List<RegistryReader> registries;
  private final AllowList allowed;

  /**
   * An admission to these registries.
   *
   * @param registries at least one; the first answers for the empty name
   */
  Admission(List<RegistryReader> registries, AllowList allowed) {
    this.registries = List.copyOf(registries);
    this.allowed = allowed;
  }

  static Digest digest(String text) throws StatusException {
    return parse(text, Digest::new);
  }

  static Reference reference(String text) throws StatusException {
    return parse(text, Reference::parse);
  }

  static Repository repository(String text) throws StatusException {
    return parse(text, Repository::new);
  }

  static BlobRange range(long offset, long length) throws StatusException {
    try {
      return new BlobRange(offset, length);
    } catch (IllegalArgumentException e) {
      throw invalid(e);
    }
  }

  static PageRequest page(int size, String token) throws StatusException {
    try {
      return new PageRequest(size, token.isEmpty() ? null : new PageToken(token));
    } catch (IllegalArgumentException e) {
      throw invalid(e);
    }
  }

  static ReferrerRequest referrers(String artifactType, String token) throws StatusException {
    try {
      return new ReferrerRequest(artifactType, token.isEmpty() ? null : new PageToken(token));
    } catch (IllegalArgumentException e) {
      throw invalid(e);
    }
  }

  /** The registry to read a checked repository from. */
  RegistryReader admit(String registry, Repository repository) throws StatusException {
    if (!allowed.allows(repository)) {
      throw Status.PERMISSION_DENIED
          .withDescription(
              "repository '%s' is outside the customer's allow list, which alone decides; the"
                      .formatted(repository)
                  + " customer can add it with --allow")
          .asException();
    }
    return registry(registry);
  }

  /** Whether a repository may be told of. */
  boolean allows(Repository repository) {
    return allowed.allows(repository);
  }

  /** The registry to list the repositories of; each is then judged by {@link #allows}. */
  RegistryReader registry(String registry) throws StatusException {
    if (registry.isEmpty()) {
      return registries.get(0);
    }
    return registries.stream()
        .filter(reader -> reader.endpoint().name().equals(registry))
        .findFirst()
        .orElseThrow(() -> unknown(registry));
  }

  private static StatusException unknown(String registry) {
    String printable = registry.replaceAll("[^\\x20-\\x7e]", "?");
    return Status.NOT_FOUND
        .withDescription(
            "the client knows no registry '%s'; leave it empty for its first"
                .formatted(printable.substring(0, Math.min(printable.length(), 100))))
        .asException();
  }

  private static <T> T parse(String text, Function<String, T> parser) throws StatusException {
    try {
      return parser.apply(text);
    } catch (InvalidNameException e) {
      throw invalid(e);
    }
  }

  private static StatusException invalid(IllegalArgumentException e) {
    return Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asException();
  }
}
