package dev.penstock.client.setup;

import static dev.penstock.client.setup.YamlText.ordered;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The pod of a {@link KubernetesManifest}: not root, nothing writable but its own. */
final class KubernetesPod {
  static final String NAME = "penstock-client";
  static final String AUDIT_CLAIM = "penstock-client-audit";
  static final String CONFIGURATION = "/etc/penstock/config";
  static final String SECRETS = "/etc/penstock/secrets";
  static final String LOGS = "/var/log/penstock";

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

  private KubernetesPod() {}

  /** What a Deployment has under spec.template.spec. */
  static Map<String, Object> of(String image, long stopSeconds, boolean hasAuditFile) {
    Map<String, Object> pod = new LinkedHashMap<>();
    pod.put("terminationGracePeriodSeconds", stopSeconds);
    pod.put("automountServiceAccountToken", false);
    // A Service called penstock would put PENSTOCK_… variables of its own into the pod.
    pod.put("enableServiceLinks", false);
    pod.put("securityContext", podSecurity());
    pod.put("containers", List.of(container(image, hasAuditFile)));
    pod.put("volumes", volumes(hasAuditFile));
    return pod;
  }

  private static List<Object> volumes(boolean hasAuditFile) {
    List<Object> volumes = new ArrayList<>();
    volumes.add(ordered("name", "config", "configMap", Map.of("name", NAME)));
    volumes.add(
        ordered(
            "name", "secrets", "secret", ordered("secretName", NAME, "defaultMode", SECRET_MODE)));
    // Native code is unpacked there, and run.
    volumes.add(ordered("name", "tmp", "emptyDir", Map.of("sizeLimit", "32Mi")));
    if (hasAuditFile) {
      volumes.add(
          ordered("name", "audit", "persistentVolumeClaim", Map.of("claimName", AUDIT_CLAIM)));
    }
    return volumes;
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

  private static Map<String, Object> container(String image, boolean hasAuditFile) {
    Map<String, Object> container = new LinkedHashMap<>();
    container.put("name", NAME);
    container.put("image", image);
    container.put("args", ARGUMENTS);
    container.put("ports", List.of(ordered("name", "ops", "containerPort", OPS_PORT)));
    container.put("livenessProbe", probe("/healthz"));
    container.put("readinessProbe", probe("/readyz"));
    container.put("securityContext", containerSecurity());
    container.put("resources", resources());
    container.put("volumeMounts", mounts(hasAuditFile));
    return container;
  }

  /** Whole directories, without subPath, which would never see a change. */
  private static List<Object> mounts(boolean hasAuditFile) {
    List<Object> mounts = new ArrayList<>();
    mounts.add(mount("config", CONFIGURATION));
    mounts.add(mount("secrets", SECRETS));
    mounts.add(ordered("name", "tmp", "mountPath", "/tmp"));
    if (hasAuditFile) {
      mounts.add(ordered("name", "audit", "mountPath", LOGS));
    }
    return mounts;
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
}
