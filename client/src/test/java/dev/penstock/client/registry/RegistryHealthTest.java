package dev.penstock.client.registry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.client.registry.RegistryException.Kind;
import java.net.ConnectException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** One line for each change, with what the customer needs to know. */
final class RegistryHealthTest {
  private final RegistryException unreachable =
      new RegistryException(
          Kind.UNREACHABLE, "blob x: cannot be reached", new ConnectException("refused"));

  private final Logger logger = (Logger) LoggerFactory.getLogger(RegistryHealth.class);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final RegistryHealth health =
      new RegistryHealth(new RegistryEndpoint("main", URI.create("http://r.test:5000"), null));

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(appender);
    logger.setLevel(null);
  }

  @Test
  void trouble_isToldOnce_withUrlAndCause() {
    health.observe(unreachable, null);
    health.observe(unreachable, null);
    assertThat(lines())
        .containsExactly(
            "WARN registry 'main' at http://r.test:5000: blob x: cannot be reached"
                + " (java.net.ConnectException: refused)");
  }

  @Test
  void anotherTrouble_andTheEndOfIt_areNews() {
    health.observe(unreachable, null);
    health.observe(new RegistryException(Kind.DENIED, "refuses access (401)"), null);
    health.observe(null, null);
    health.observe(null, null);
    assertThat(lines())
        .hasSize(3)
        .last()
        .isEqualTo("INFO registry 'main' at http://r.test:5000 answers again");
  }

  @Test
  void answersThatNobodyLikes_areAnswers() {
    health.observe(new RegistryException(Kind.NOT_FOUND, "none"), null);
    health.observe(new RegistryException(Kind.CORRUPT, "other bytes"), null);
    assertThat(lines()).isEmpty();
    health.observe(unreachable, null);
    health.observe(new RegistryException(Kind.NOT_FOUND, "none"), null);
    assertThat(lines()).last().asString().endsWith("answers again");
  }

  private List<String> lines() {
    return appender.list.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }
}
