package dev.penstock.testing.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.registry.Credentials;
import dev.penstock.testing.registry.EmbeddedRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@RequiresPeer({PeerBinary.SQUID, PeerBinary.CURL})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SquidTest {
  private static final Credentials USER = new Credentials("dialler", "a rather long secret");
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String CONNECT = "--proxytunnel";

  private EmbeddedRegistry origin;
  private Squid squid;
  private Curl curl;
  private URI target;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    origin = EmbeddedRegistry.start();
    squid = Squid.start(USER);
    curl = new Curl(directory);
    target = URI.create(origin.url() + "/v2/");
  }

  @AfterAll
  void stop() throws Exception {
    if (squid != null) {
      squid.close();
    }
    origin.close();
  }

  @Test
  void plainRequest_needsTheUserAndPassword() throws Exception {
    assertThat(curl.statuses("-x", squid.url(), target)).isEqualTo("407/000");
    assertThat(curl.statuses("-x", squid.url(), "-U", "dialler:wrong", target))
        .isEqualTo("407/000");
    assertThat(curl.statuses("-x", squid.url(), "-U", pair(), target)).isEqualTo("200/000");
    assertThat(squid.awaitAccess("GET " + target + " dialler", BOUND)).isTrue();
  }

  @Test
  void connect_needsTheUserAndPassword() throws Exception {
    assertThat(curl.statuses(CONNECT, "-x", squid.url(), target)).isEqualTo("000/407");
    assertThat(curl.statuses(CONNECT, "-x", squid.url(), "-U", "dialler:wrong", target))
        .isEqualTo("000/407");
    assertThat(curl.statuses(CONNECT, "-x", squid.url(), "-U", pair(), target))
        .isEqualTo("200/200");
    assertThat(squid.awaitAccess("CONNECT " + target.getAuthority() + " dialler", BOUND)).isTrue();
  }

  @Test
  void close_endsTheProcessAndRemovesItsFiles() throws Exception {
    Squid other = Squid.start(USER);
    Path directory = other.directory();
    assertThat(directory).exists();
    other.close();
    assertThat(directory).doesNotExist();
    assertThat(curl.statuses("-x", other.url(), target)).isEqualTo("000/000");
  }

  private static String pair() {
    return USER.username() + ":" + USER.password();
  }
}
