package dev.penstock.client.service;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.InvalidNameException;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.policy.Access;
import dev.penstock.client.policy.Operation;
import dev.penstock.client.policy.Verdict;
import dev.penstock.client.registry.BlobRange;
import dev.penstock.client.registry.PageRequest;
import dev.penstock.client.registry.PageToken;
import dev.penstock.client.registry.ReferrerRequest;
import dev.penstock.client.registry.RegistryReader;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request through to a registry, or says why not: first the grammar, then the customer's
 * policy, then whether there is such a registry. In this order a caller learns of nothing that the
 * policy hides.
 */
final class Admission {
  private final List<RegistryReader> registries;
  private final AccessControl control;

  /**
   * An admission to these registries.
   *
   * @param registries at least one; the first answers for the empty name
   */
  Admission(List<RegistryReader> registries, AccessControl control) {
    this.registries = List.copyOf(registries);
    this.control = control;
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

  /**
   * Where to do what the call asks.
   *
   * @param named the registry, as the request has it
   * @param repository parsed; null for the list of repositories
   */
  Admitted admit(AccessEntry entry, String named, @Nullable Repository repository)
      throws StatusException {
    Access access = access(named, repository, entry.operation());
    entry.registry(access.registry());
    Verdict verdict = control.policy().judge(access);
    if (!(verdict instanceof Verdict.Allowed allowed)) {
      throw denied(access, verdict);
    }
    Optional<String> trouble = control.audit().trouble();
    if (trouble.isPresent()) {
      throw Status.UNAVAILABLE
          .withDescription(
              trouble.get()
                  + ", and without it nothing is read; the customer's log"
                  + " of the client says why")
          .asException();
    }
    return new Admitted(registry(access.registry()).onBehalfOf(entry.ids()), allowed);
  }

  private Access access(String named, @Nullable Repository repository, Operation operation)
      throws StatusException {
    String name = named.isEmpty() ? registries.get(0).endpoint().name() : named;
    try {
      return new Access(name, repository, operation);
    } catch (IllegalArgumentException e) {
      throw invalid(e);
    }
  }

  /** Whether a repository may be told of. */
  boolean shows(String registry, Repository repository) {
    return control.policy().shows(registry, repository);
  }

  private RegistryReader registry(String name) throws StatusException {
    return registries.stream()
        .filter(reader -> reader.endpoint().name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name));
  }

  private static StatusException denied(Access access, Verdict verdict) {
    String what =
        access.repository() == null ? "" : " on repository '%s'".formatted(access.repository());
    return Status.PERMISSION_DENIED
        .withDescription(
            "the customer's policy denies %s%s of registry '%s': %s; the customer alone decides,"
                    .formatted(access.operation(), what, access.registry(), verdict.reason())
                + " and can change the policy")
        .asException();
  }

  private static StatusException unknown(String registry) {
    return Status.NOT_FOUND
        .withDescription(
            "the client knows no registry '%s'; leave it empty for its first".formatted(registry))
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
