package dev.penstock.client.setup;

import static dev.penstock.client.setup.KubernetesPod.NAME;
import static dev.penstock.client.setup.YamlText.ordered;

import dev.penstock.client.Setting;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A Secret, a ConfigMap and a Deployment, and a claim if there is an audit file. The Secret holds
 * what the files hold, so the manifest is itself a secret.
 */
final class KubernetesManifest {
  private static final String HEADER =
      """
      # Written by 'penstock-client init'. It holds the token: keep it out of version control.
      #   kubectl apply -f penstock-client.kubernetes.yaml
      # The image is yours to build:
      #   FROM eclipse-temurin:17-jre
      #   COPY penstock-client penstock-client.jar /opt/penstock/
      #   ENTRYPOINT ["/bin/sh", "/opt/penstock/penstock-client"]
      # A change of Secret or ConfigMap gets to the pod within about a minute. Of penstock.yaml and
      # of certificates it takes a restart, of all else none.
      """;

  private static final String AUDIT_HEADER =
      """
      # The audit log is on a claim, for an emptyDir would end with its pod; while it is full,
      # nothing is read. One pod at a time has the claim, so the old one ends first (Recreate).
      """;

  private KubernetesManifest() {}

  /**
   * The manifest's text; a secret.
   *
   * @throws IOException when a file that goes into it cannot be read
   */
  static String of(Draft draft, MountedFiles files, String image, long stopSeconds)
      throws IOException {
    boolean hasAuditFile = !files.of(FileUse.WRITTEN).isEmpty();
    List<Object> documents = new ArrayList<>();
    documents.add(secret(draft, files));
    documents.add(configMap(draft, files));
    if (hasAuditFile) {
      documents.add(claim());
    }
    documents.add(deployment(image, stopSeconds, hasAuditFile));
    return HEADER
        + (hasAuditFile ? AUDIT_HEADER : "")
        + documents.stream().map(YamlText::of).collect(Collectors.joining("---\n"));
  }

  private static Map<String, Object> secret(Draft draft, MountedFiles files) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    for (Map.Entry<Setting, Path> file : files.paths().entrySet()) {
      if (directory(file.getKey()).equals(KubernetesPod.SECRETS)) {
        String typed = draft.secrets().get(file.getKey());
        data.put(file.getKey().key(), typed == null ? content(file) : typed + "\n");
      }
    }
    Map<String, Object> secret = head("v1", "Secret", NAME);
    secret.put("type", "Opaque");
    secret.put("stringData", data);
    return secret;
  }

  private static Map<String, Object> configMap(Draft draft, MountedFiles files) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("penstock.yaml", SettingsFile.of(draft, KubernetesManifest::place));
    for (Map.Entry<Setting, Path> file : files.paths().entrySet()) {
      if (directory(file.getKey()).equals(KubernetesPod.CONFIGURATION)) {
        data.put(file.getKey().key(), content(file));
      }
    }
    Map<String, Object> configMap = head("v1", "ConfigMap", NAME);
    configMap.put("data", data);
    return configMap;
  }

  /** Where the pod has a file. */
  private static String place(Setting setting, String value) {
    return directory(setting)
        + "/"
        + (setting == Setting.AUDIT_FILE ? Path.of(value).getFileName() : setting.key());
  }

  /** What a policy says is no secret, and is changed more easily when it is not with them. */
  private static String directory(Setting setting) {
    return switch (setting) {
      case POLICY_FILE -> KubernetesPod.CONFIGURATION;
      case AUDIT_FILE -> KubernetesPod.LOGS;
      default -> KubernetesPod.SECRETS;
    };
  }

  private static String content(Map.Entry<Setting, Path> file) throws IOException {
    try {
      return Files.readString(file.getValue());
    } catch (CharacterCodingException e) {
      throw new IOException(
          "%s: %s is not UTF-8 text".formatted(file.getKey().key(), file.getValue()), e);
    } catch (IOException e) {
      throw new IOException(
          "%s: %s cannot be read (%s), and its content goes into the manifest"
              .formatted(file.getKey().key(), file.getValue(), e.getClass().getSimpleName()),
          e);
    }
  }

  private static Map<String, Object> claim() {
    Map<String, Object> claim = head("v1", "PersistentVolumeClaim", KubernetesPod.AUDIT_CLAIM);
    claim.put(
        "spec",
        ordered(
            "accessModes",
            List.of("ReadWriteOnce"),
            "resources",
            Map.of("requests", Map.of("storage", "1Gi"))));
    return claim;
  }

  private static Map<String, Object> deployment(
      String image, long stopSeconds, boolean hasAuditFile) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("replicas", 1);
    if (hasAuditFile) {
      spec.put("strategy", Map.of("type", "Recreate"));
    }
    spec.put("selector", Map.of("matchLabels", labels()));
    spec.put(
        "template",
        ordered(
            "metadata",
            Map.of("labels", labels()),
            "spec",
            KubernetesPod.of(image, stopSeconds, hasAuditFile)));
    Map<String, Object> deployment = head("apps/v1", "Deployment", NAME);
    deployment.put("spec", spec);
    return deployment;
  }

  private static Map<String, Object> head(String apiVersion, String kind, String name) {
    Map<String, Object> head = ordered("apiVersion", apiVersion, "kind", kind);
    head.put("metadata", ordered("name", name, "labels", labels()));
    return head;
  }

  private static Map<String, Object> labels() {
    return Map.of("app.kubernetes.io/name", NAME);
  }
}
