package dev.penstock.client.setup;

import dev.penstock.client.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Secret, a ConfigMap and a Deployment. The Secret holds what the files hold, so the manifest is
 * itself a secret.
 */
final class KubernetesManifest {
  private static final String NAME = "penstock-client";
  private static final String CONFIGURATION = "/etc/penstock/config";
  private static final String SECRETS = "/etc/penstock/secrets";

  private static final int OPS_PORT = 9091;

  /** Probes come from the node, so not to the loopback interface. */
  private static final List<String> ARGUMENTS =
      List.of(
          "run",
          "--config",
          CONFIGURATION + "/penstock.yaml",
          "--ops-listen",
          "0.0.0.0:" + OPS_PORT);

  /** Octal 0440: the group is the pod's. */
  private static final int SECRET_MODE = 288;

  private static final String HEADER =
      """
      # Written by 'penstock-client init'. It holds the token: keep it out of version control.
      #   kubectl apply -f penstock-client.kubernetes.yaml
      # The image is yours to build:
      #   FROM eclipse-temurin:17-jre
      #   COPY penstock-client penstock-client.jar /opt/penstock/
      #   ENTRYPOINT ["/bin/sh", "/opt/penstock/penstock-client"]
      """;

  private KubernetesManifest() {}

  /**
   * The manifest's text; a secret.
   *
   * @throws IOException when a file that goes into the Secret cannot be read
   */
  static String of(Draft draft, MountedFiles files, String image, long stopSeconds)
      throws IOException {
    return HEADER
        + Stream.of(secret(draft, files), configMap(draft), deployment(image, stopSeconds))
            .map(YamlText::of)
            .collect(Collectors.joining("---\n"));
  }

  private static Map<String, Object> secret(Draft draft, MountedFiles files) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    for (Map.Entry<Setting, Path> file : files.paths().entrySet()) {
      String typed = draft.secrets().get(file.getKey());
      data.put(
          file.getKey().key(), typed == null ? Files.readString(file.getValue()) : typed + "\n");
    }
    Map<String, Object> secret = head("v1", "Secret");
    secret.put("type", "Opaque");
    secret.put("stringData", data);
    return secret;
  }

  private static Map<String, Object> configMap(Draft draft) {
    Map<String, Object> configMap = head("v1", "ConfigMap");
    configMap.put(
        "data",
        Map.of(
            "penstock.yaml",
            SettingsFile.of(draft, (setting, value) -> SECRETS + "/" + setting.key())));
    return configMap;
  }

  private static Map<String, Object> deployment(String image, long stopSeconds) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("replicas", 1);
    spec.put("selector", Map.of("matchLabels", labels()));
    spec.put(
        "template",
        ordered("metadata", Map.of("labels", labels()), "spec", pod(image, stopSeconds)));
    Map<String, Object> deployment = head("apps/v1", "Deployment");
    deployment.put("spec", spec);
    return deployment;
  }

  private static Map<String, Object> pod(String image, long stopSeconds) {
    Map<String, Object> pod = new LinkedHashMap<>();
    pod.put("terminationGracePeriodSeconds", stopSeconds);
    pod.put("automountServiceAccountToken", false);
    // A Service called penstock would put PENSTOCK_… variables of its own into the pod.
    pod.put("enableServiceLinks", false);
    pod.put("securityContext", podSecurity());
    pod.put("containers", List.of(container(image)));
    pod.put(
        "volumes",
        List.of(
            ordered("name", "config", "configMap", Map.of("name", NAME)),
            ordered(
                "name",
                "secrets",
                "secret",
                ordered("secretName", NAME, "defaultMode", SECRET_MODE)),
            // Native code is unpacked there, and run.
            ordered("name", "tmp", "emptyDir", Map.of("sizeLimit", "32Mi"))));
    return pod;
  }

  private static Map<String, Object> podSecurity() {
    Map<String, Object> security = new LinkedHashMap<>();
    security.put("runAsNonRoot", true);
    security.put("runAsUser", Host.NOBODY);
    security.put("runAsGroup", Host.NOBODY);
    security.put("fsGroup", Host.NOBODY);
    security.put("seccompProfile", Map.of("type", "RuntimeDefault"));
    return security;
  }

  private static Map<String, Object> container(String image) {
    Map<String, Object> container = new LinkedHashMap<>();
    container.put("name", NAME);
    container.put("image", image);
    container.put("args", ARGUMENTS);
    container.put("ports", List.of(ordered("name", "ops", "containerPort", OPS_PORT)));
    container.put("livenessProbe", probe("/healthz"));
    container.put("readinessProbe", probe("/readyz"));
    container.put("securityContext", containerSecurity());
    container.put("resources", resources());
    container.put(
        "volumeMounts",
        List.of(
            mount("config", CONFIGURATION),
            mount("secrets", SECRETS),
            ordered("name", "tmp", "mountPath", "/tmp")));
    return container;
  }

  private static Map<String, Object> probe(String path) {
    Map<String, Object> probe = new LinkedHashMap<>();
    probe.put("httpGet", ordered("path", path, "port", "ops"));
    return probe;
  }

  private static Map<String, Object> containerSecurity() {
    Map<String, Object> security = new LinkedHashMap<>();
    security.put("allowPrivilegeEscalation", false);
    security.put("readOnlyRootFilesystem", true);
    security.put("capabilities", Map.of("drop", List.of("ALL")));
    return security;
  }

  private static Map<String, Object> resources() {
    return ordered(
        "requests", ordered("cpu", "50m", "memory", "128Mi"), "limits", Map.of("memory", "384Mi"));
  }

  private static Map<String, Object> mount(String name, String path) {
    Map<String, Object> mount = ordered("name", name, "mountPath", path);
    mount.put("readOnly", true);
    return mount;
  }

  private static Map<String, Object> head(String apiVersion, String kind) {
    Map<String, Object> head = ordered("apiVersion", apiVersion, "kind", kind);
    head.put("metadata", ordered("name", NAME, "labels", labels()));
    return head;
  }

  private static Map<String, Object> labels() {
    return Map.of("app.kubernetes.io/name", NAME);
  }

  private static Map<String, Object> ordered(String key, Object value, String other, Object its) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(key, value);
    map.put(other, its);
    return map;
  }
}
