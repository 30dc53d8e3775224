package dev.penstock.client.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AuthFilesTest {

  @Test
  void search_looksWherePodmanAndDockerDo() {
    assertThat(AuthFiles.search(Map.of("HOME", "/home/me", "XDG_RUNTIME_DIR", "/run/user/7")))
        .isEqualTo(
            optional(
                "/run/user/7/containers/auth.json",
                "/home/me/.config/containers/auth.json",
                "/home/me/.docker/config.json"));
  }

  @Test
  void search_followsTheVariables() {
    assertThat(
            AuthFiles.search(
                Map.of("HOME", "/home/me", "XDG_CONFIG_HOME", "/xdg", "DOCKER_CONFIG", "/docker")))
        .isEqualTo(optional("/xdg/containers/auth.json", "/docker/config.json"));
  }

  @Test
  void search_endsAtTheFileThatIsSetForIt() {
    AuthFiles files =
        AuthFiles.search(Map.of("HOME", "/home/me", "REGISTRY_AUTH_FILE", "/etc/auth.json"));
    assertThat(files).isEqualTo(new AuthFiles(List.of(Path.of("/etc/auth.json")), false));
  }

  @Test
  void search_withoutAnyVariableHasNowhereToLook() {
    assertThat(AuthFiles.search(Map.of("HOME", " "))).isEqualTo(optional());
  }

  private static AuthFiles optional(String... paths) {
    return new AuthFiles(List.of(paths).stream().map(Path::of).toList(), true);
  }
}
