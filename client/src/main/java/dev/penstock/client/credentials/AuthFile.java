package dev.penstock.client.credentials;

import com.google.gson.JsonObject;
import dev.penstock.client.credentials.Credentials.None;
import dev.penstock.client.credentials.Lookup.Ask;
import dev.penstock.client.credentials.Lookup.Known;
import dev.penstock.client.names.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The content of a Docker {@code config.json} or a Podman {@code auth.json}, as far as it is about
 * credentials. Both have one shape, and are read by one set of rules:
 *
 * <ul>
 *   <li>The first that there is decides: the registry's helper in {@code credHelpers}, the helper
 *       for all in {@code credsStore}, {@code auths}. A helper in {@code credHelpers} with an empty
 *       name means {@code auths}. So docker/cli, getConfiguredCredentialStore
 *       (cli/config/configfile/file.go).
 *   <li>A helper that has none has the last word, and {@code auths} is not asked: docker/cli's
 *       native store (cli/config/credentials/native_store.go) drops user and password of the file
 *       then, and go-containerregistry goes through docker/cli. (containers/image does not know
 *       {@code credsStore}.)
 *   <li>In {@code auths} a key may be a namespace, and the longest counts; helpers are for whole
 *       registries: containers/image, findCredentialsInFile (pkg/docker/config/config.go), which
 *       also does so in Docker's files.
 *   <li>Of several keys for one registry, the one that Docker itself would write counts.
 * </ul>
 *
 * An entry is judged when it is needed, so that a broken one harms no other registry.
 */
final class AuthFile {
  /** Nobody has so many registries. */
  static final int MAX_BYTES = 1 << 20;

  private final Path file;
  private final JsonObject auths;
  private final JsonObject credHelpers;
  private final String credsStore;

  private AuthFile(Path file, JsonObject root) throws CredentialsException {
    this.file = file;
    auths = StrictJson.object(file.toString(), root, "auths");
    credHelpers = StrictJson.object(file.toString(), root, "credHelpers");
    credsStore = StrictJson.string(file.toString(), root, "credsStore");
  }

  /** What a file says that has this content; a failure names the file. */
  static AuthFile of(Path file, byte[] content) throws CredentialsException {
    if (content.length > MAX_BYTES) {
      throw new CredentialsException(file + " has more than 1 MiB; is it the right file?");
    }
    String text = new String(content, StandardCharsets.UTF_8);
    return new AuthFile(file, StrictJson.object(file.toString(), text));
  }

  /** Why there is no content, for people. */
  static CredentialsException unreadable(Path file, IOException e) {
    return new CredentialsException(
        "%s cannot be read (%s)".formatted(file, e.getClass().getSimpleName()));
  }

  /**
   * What it says.
   *
   * @param repository null: about the registry as a whole
   */
  Lookup find(RegistryHost registry, @Nullable Repository repository) throws CredentialsException {
    Optional<String> own = helperOf(registry);
    String name = own.orElse(credsStore);
    if (name.isEmpty()) {
      return new Known(inAuths(registry, repository).orElse(new None(file.toString())));
    }
    String where = (own.isPresent() ? "credHelpers in " : "credsStore in ") + file;
    return new Ask(
        HelperRequest.of(name, registry, where),
        own.isPresent() || keys(registry, repository).findAny().isEmpty()
            ? ""
            : "auths in %s is not used beside credsStore".formatted(file));
  }

  /**
   * Whether it has anything for a registry or one of its namespaces, or names a helper that may; of
   * a helper for all, that is not known before it is asked.
   */
  boolean mayHave(RegistryHost registry) {
    return !credsStore.isEmpty()
        || credHelpers.keySet().stream().anyMatch(key -> isOf(key, registry))
        || auths.keySet().stream().anyMatch(key -> isOf(key, registry) && !isEmpty(key));
  }

  private static boolean isOf(String key, RegistryHost registry) {
    return AuthKey.parse(key).filter(parsed -> registry.isCalled(parsed.host())).isPresent();
  }

  private Optional<String> helperOf(RegistryHost registry) throws CredentialsException {
    Optional<String> key =
        credHelpers.keySet().stream()
            .filter(text -> covers(text, registry, null))
            .min(Comparator.comparing(text -> !text.equals(registry.dockerKey())));
    return key.isEmpty()
        ? Optional.empty()
        : Optional.of(StrictJson.string("credHelpers in " + file, credHelpers, key.get()));
  }

  private Optional<Credentials> inAuths(RegistryHost registry, @Nullable Repository repository)
      throws CredentialsException {
    String place = "auths in " + file;
    for (String key : keys(registry, repository).toList()) {
      JsonObject entry = StrictJson.object(place, auths, key);
      String what = "%s, entry '%s'".formatted(place, CredentialsException.printable(key));
      Optional<Credentials> found = AuthEntry.read(what, entry, place);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The keys that are about it and have something, the best first. */
  private Stream<String> keys(RegistryHost registry, @Nullable Repository repository) {
    return auths.keySet().stream()
        .filter(key -> covers(key, registry, repository))
        .filter(key -> !isEmpty(key))
        .sorted(
            Comparator.comparing(AuthFile::namespaceLength)
                .reversed()
                .thenComparing(key -> !key.equals(registry.dockerKey())));
  }

  private boolean isEmpty(String key) {
    return auths.get(key).isJsonObject() && auths.getAsJsonObject(key).isEmpty();
  }

  private static boolean covers(
      String key, RegistryHost registry, @Nullable Repository repository) {
    return AuthKey.parse(key).filter(parsed -> parsed.covers(registry, repository)).isPresent();
  }

  private static int namespaceLength(String key) {
    return AuthKey.parse(key).map(parsed -> parsed.namespace().length()).orElse(0);
  }
}
