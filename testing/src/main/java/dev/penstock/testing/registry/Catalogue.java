package dev.penstock.testing.registry;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.image.Manifest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the registry holds: repositories with their manifests and blobs, faults and traffic. */
final class Catalogue {
  private final Map<String, Repository> repositories = new ConcurrentHashMap<>();
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final Map<String, Traffic> traffic = new ConcurrentHashMap<>();
  private final TroubleBook troubles = new TroubleBook();

  /** The contents of one repository; manifests by digest and by tag. */
  private record Repository(Map<String, Manifest> manifests, Map<String, Blob> blobs) {
    Repository() {
      this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }
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
