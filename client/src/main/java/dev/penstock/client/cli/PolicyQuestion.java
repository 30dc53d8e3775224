package dev.penstock.client.cli;

import dev.penstock.client.names.Repository;
import dev.penstock.client.policy.Access;
import dev.penstock.client.policy.Operation;
import dev.penstock.client.policy.Verdict;
import dev.penstock.client.policy.file.ByteSize;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One question of {@code policy test}. Names are as a caller would send them, and are parsed as in
 * a call, when it is asked.
 *
 * @param registry null: not given
 * @param repository null: not given
 * @param blobBytes of the blob, if that matters
 */
record PolicyQuestion(
    @Nullable String registry,
    @Nullable String repository,
    Operation operation,
    OptionalLong blobBytes) {
  /** Stands for all of them, where they are all the same. */
  private static final String ANY_REGISTRY = "any";

  /**
   * As the command line has it.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  static PolicyQuestion of(
      @Nullable String registry,
      @Nullable String repository,
      String operationKey,
      @Nullable String size) {
    Operation operation = Operation.parse(operationKey);
    require(
        repository != null || operation == Operation.LIST_REPOSITORIES,
        operation + " needs --repository");
    require(size == null || operation == Operation.FETCH_BLOB, "--size is for fetch-blob alone");
    return new PolicyQuestion(registry, repository, operation, size(size));
  }

  private static OptionalLong size(@Nullable String text) {
    try {
      return text == null ? OptionalLong.empty() : OptionalLong.of(ByteSize.parse(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--size " + e.getMessage(), e);
    }
  }

  /**
   * Asks that policy.
   *
   * @throws IllegalArgumentException when it is not clear of which registry
   */
  PolicyAnswer ask(PolicySubject subject) {
    Repository parsed;
    try {
      parsed = repository == null ? null : new Repository(repository);
      if (registry != null) {
        Access.listRepositories(registry); // for the grammar of its name
      }
    } catch (IllegalArgumentException e) {
      return PolicyAnswer.refused(String.valueOf(e.getMessage()));
    }
    return judge(subject, parsed);
  }

  private PolicyAnswer judge(PolicySubject subject, @Nullable Repository parsed) {
    Optional<String> name = subject.registry(registry);
    boolean isList = operation == Operation.LIST_REPOSITORIES;
    Access access = new Access(name.orElse(ANY_REGISTRY), isList ? null : parsed, operation);
    Verdict verdict = subject.policy().judge(access);
    String what = what(name, isList ? null : parsed);
    if (!(verdict instanceof Verdict.Allowed allowed)) {
      return PolicyAnswer.denied(what, verdict.reason());
    }
    if (blobBytes.isPresent() && !allowed.permits(blobBytes.getAsLong())) {
      return PolicyAnswer.denied(what, allowed.limit());
    }
    return isList && parsed != null && !subject.policy().shows(access.registry(), parsed)
        ? PolicyAnswer.denied(what, verdict.reason() + ", but the list leaves out " + parsed)
        : PolicyAnswer.allowed(what, verdict.reason());
  }

  private String what(Optional<String> registryName, @Nullable Repository parsed) {
    StringBuilder what = new StringBuilder(operation.key());
    blobBytes.ifPresent(bytes -> what.append(" of ").append(bytes).append(" bytes"));
    if (parsed != null) {
      what.append(" on ").append(parsed);
    }
    return what.append(registryName.map(" of registry '%s'"::formatted).orElse(" of any registry"))
        .toString();
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
