package dev.penstock.server.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The log of the process itself: what is changed is put back. */
class LogFormatTest {
  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Logger logger = LoggerFactory.getLogger("dev.penstock.test.LogFormat");
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
  private final Map<OutputStreamAppender<ILoggingEvent>, Encoder<ILoggingEvent>> before =
      new HashMap<>();

  @BeforeEach
  void listen() {
    root.iteratorForAppenders()
        .forEachRemaining(
            each -> {
              if (each instanceof OutputStreamAppender<ILoggingEvent> stream) {
                before.put(stream, stream.getEncoder());
              }
            });
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setContext(context);
    text.setPattern("%msg%n");
    text.start();
    appender.setContext(context);
    appender.setEncoder(text);
    appender.setOutputStream(written);
    appender.start();
    root.addAppender(appender);
    context.getLogger(logger.getName()).setLevel(Level.INFO);
  }

  @AfterEach
  void putBack() {
    root.detachAppender(appender);
    appender.stop();
    before.forEach(OutputStreamAppender::setEncoder);
    context.getLogger(logger.getName()).setLevel(null);
    MDC.clear();
  }

  @Test
  void json_isOneObjectALine_whateverTheMessage() {
    LogFormat.json.apply();
    MDC.put("request", "r-1");
    logger.info("first {}\nsecond \"quoted\"\r\n{}", 1, "\u2028\t{}");
    MDC.clear();
    logger.warn("failed", new IllegalStateException("several\nlines"));
    List<String> lines = written.toString(UTF_8).lines().toList();
    assertThat(lines).hasSize(2);
    JsonObject first = JsonParser.parseString(lines.get(0)).getAsJsonObject();
    assertThat(first.get("formattedMessage").getAsString())
        .isEqualTo("first 1\nsecond \"quoted\"\r\n\u2028\t{}");
    assertThat(first.get("level").getAsString()).isEqualTo("INFO");
    assertThat(first.get("loggerName").getAsString()).isEqualTo(logger.getName());
    assertThat(first.get("timestamp").getAsLong())
        .isBetween(1_700_000_000_000L, 5_000_000_000_000L);
    assertThat(first.getAsJsonObject("mdc").get("request").getAsString()).isEqualTo("r-1");
    JsonObject second = JsonParser.parseString(lines.get(1)).getAsJsonObject();
    assertThat(second.getAsJsonObject("throwable").get("message").getAsString())
        .isEqualTo("several\nlines");
  }

  @Test
  void text_isWhatTheLogStartsWith() {
    LogFormat.text.apply();
    logger.info("plain {}", 1);
    assertThat(written.toString(UTF_8)).isEqualToNormalizingNewlines("plain 1\n");
  }
}
