package dev.penstock.testing.registry;

import com.google.gson.JsonObject;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.image.Manifest;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** What the registry holds: repositories with their manifests and blobs, faults and traffic. */
final class Catalogue {
  private final NavigableMap<String, Repository> repositories = new ConcurrentSkipListMap<>();
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final Map<String, Traffic> traffic = new ConcurrentHashMap<>();
  private final TroubleBook troubles = new TroubleBook();

  /** The contents of one repository; manifests by digest and by tag. */
  private record Repository(Map<String, Manifest> manifests, Map<String, Blob> blobs) {
    Repository() {
      this(new ConcurrentSkipListMap<>(), new ConcurrentHashMap<>());
    }
  }

  void add(String repository) {
    contents(repository);
  }

  void add(String repository, Manifest manifest) {
    contents(repository).manifests().put(manifest.digest(), manifest);
  }

  void add(String repository, Blob blob) {
    contents(repository).blobs().put(blob.digest(), blob);
  }

  void add(String repository, String tag, Image image) {
    Repository contents = contents(repository);
    image.blobs().forEach(blob -> contents.blobs().put(blob.digest(), blob));
    image.manifests().forEach(each -> contents.manifests().put(each.digest(), each));
    contents.manifests().put(tag, image.top());
  }

  private Repository contents(String repository) {
    return repositories.computeIfAbsent(repository, name -> new Repository());
  }

  NavigableSet<String> repositories() {
    return repositories.navigableKeySet();
  }

  /** A reference with a colon is a digest. */
  NavigableSet<String> tags(String repository) {
    NavigableSet<String> tags = new TreeSet<>(contents(repository).manifests().keySet());
    tags.removeIf(reference -> reference.indexOf(':') >= 0);
    return tags;
  }

  /** Descriptors of the manifests whose subject has this digest, in the order of their digests. */
  List<JsonObject> referrers(String repository, String digest) {
    Repository contents = repositories.get(repository);
    return contents == null
        ? List.of()
        : contents.manifests().entrySet().stream()
            .filter(each -> each.getKey().equals(each.getValue().digest()))
            .map(Map.Entry::getValue)
            .filter(manifest -> Descriptors.subject(manifest).equals(digest))
            .map(Descriptors::of)
            .toList();
  }

  boolean has(String repository) {
    return repositories.containsKey(repository);
  }

  @Nullable Manifest manifest(String repository, String reference) {
    Repository contents = repositories.get(repository);
    return contents == null ? null : contents.manifests().get(reference);
  }

  /** The blob as its fault, if any, lets it appear. */
  @Nullable Blob blob(String repository, String digest) {
    Repository contents = repositories.get(repository);
    Blob blob = contents == null ? null : contents.blobs().get(digest);
    Fault own = faults.get(digest);
    Fault fault = own != null ? own : troubles.find(repository, Troubles::fault).orElse(null);
    return blob == null || fault == null ? blob : new FaultyBlob(blob, fault);
  }

  /** A blob of any repository, for the origin that redirects lead to. */
  @Nullable Blob storedBlob(String digest) {
    for (String repository : repositories.keySet()) {
      Blob blob = blob(repository, digest);
      if (blob != null) {
        return blob;
      }
    }
    return null;
  }

  void fault(String digest, @Nullable Fault fault) {
    if (fault == null) {
      faults.remove(digest);
    } else {
      faults.put(digest, fault);
    }
  }

  TroubleBook troubles() {
    return troubles;
  }

  Traffic traffic(String digest) {
    return traffic.computeIfAbsent(digest, name -> new Traffic());
  }
}
