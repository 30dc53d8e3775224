package dev.penstock.client.cli;

import dev.penstock.client.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Follows each setting through a unit, from what the client is told in there to the file outside:
 * {@code reads PATH}, {@code writes PATH}, or in Kubernetes the content; {@code nothing} when it
 * gets nowhere.
 */
record GivenFiles(Path directory, UnitFilesTest.Unit unit) {
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
  private static final String NOTHING = "nothing";

  Map<String, String> all(Collection<Setting> settings) throws IOException {
    String text = Files.readString(directory.resolve(unit.file()));
    Map<String, String> all = new TreeMap<>();
    for (Setting setting : settings) {
      String key = setting.key();
      all.put(
          key,
          switch (unit) {
            case SYSTEMD -> inService(text, key);
            case DOCKER -> inCompose(yaml(text), key);
            case KUBERNETES -> inManifest(text, key);
          });
    }
    return all;
  }

  private static String inService(String text, String key) {
    Path place = Path.of(flag(words(line(text, "ExecStart=")), key));
    if (place.equals(Path.of("${CREDENTIALS_DIRECTORY}", key))) {
      return "reads " + line(text, "LoadCredential=" + key + ":");
    }
    String target = ":" + place.getParent();
    return text.lines()
        .filter(line -> line.matches("Bind(ReadOnly)?Paths=.*") && line.endsWith(target))
        .map(
            line ->
                (line.startsWith("BindPaths=") ? "writes " : "reads ")
                    + line.substring(line.indexOf('=') + 1, line.length() - target.length())
                    + "/"
                    + place.getFileName())
        .collect(Collectors.joining(", "));
  }

  private static String inCompose(Object document, String key) {
    Object service = at(document, "services", "penstock-client");
    Path place = Path.of(flag((List<?>) at(service, "command"), key));
    if (place.startsWith("/run/secrets") && ((List<?>) at(service, "secrets")).contains(key)) {
      return "reads " + at(document, "secrets", String.valueOf(place.getFileName()), "file");
    }
    return ((List<?>) at(service, "volumes"))
        .stream()
            .filter(volume -> volume instanceof Map<?, ?>)
            .filter(volume -> at(volume, "target").equals(String.valueOf(place.getParent())))
            .map(
                volume ->
                    (at(volume, "read_only").equals(true) ? "reads " : "writes ")
                        + at(volume, "source")
                        + "/"
                        + place.getFileName())
            .collect(Collectors.joining(", "));
  }

  private static String inManifest(String text, String key) {
    Map<String, Object> documents = new TreeMap<>();
    Stream.of(text.split("(?m)^---$", -1))
        .map(GivenFiles::yaml)
        .forEach(document -> documents.put(at(document, "kind").toString(), document));
    Object settings = yaml(at(documents, "ConfigMap", "data", "penstock.yaml").toString());
    Path place = Path.of(at(settings, key).toString());
    Object pod = at(documents, "Deployment", "spec", "template", "spec");
    Object container = ((List<?>) at(pod, "containers")).get(0);
    Object mount =
        one((List<?>) at(container, "volumeMounts"), "mountPath", "" + place.getParent());
    Object volume = one((List<?>) at(pod, "volumes"), "name", at(mount, "name"));
    String file = String.valueOf(place.getFileName());
    if (((Map<?, ?>) volume).containsKey("secret")) {
      return at(documents, "Secret", "stringData", file).toString();
    }
    if (((Map<?, ?>) volume).containsKey("configMap")) {
      return at(documents, "ConfigMap", "data", file).toString();
    }
    boolean isClaimed =
        at(volume, "persistentVolumeClaim", "claimName")
            .equals(at(documents, "PersistentVolumeClaim", "metadata", "name"));
    return isClaimed && !((Map<?, ?>) mount).containsKey("readOnly") ? "writes" : NOTHING;
  }

  private static Object one(List<?> maps, String key, Object value) {
    return maps.stream()
        .filter(map -> at(map, key).equals(value))
        .findFirst()
        .<Object>map(map -> map)
        .orElse(Map.of("name", NOTHING));
  }

  private static String flag(List<?> words, String key) {
    int at = words.indexOf("--" + key);
    return at < 0 ? "/" + NOTHING + "/" + NOTHING : words.get(at + 1).toString();
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words;
  }

  private static String line(String text, String beginning) {
    return text.lines()
        .filter(line -> line.startsWith(beginning))
        .map(line -> line.substring(beginning.length()))
        .findFirst()
        .orElse(NOTHING);
  }

  private static Object yaml(String text) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
  }

  private static Object at(Object root, String... keys) {
    Object value = root;
    for (String key : keys) {
      value = Objects.requireNonNullElse(((Map<?, ?>) value).get(key), Map.of());
    }
    return value;
  }
}
