package dev.penstock.client.audit;

import com.google.gson.stream.JsonWriter;
import dev.penstock.client.names.Digest;
import dev.penstock.client.names.TraceContext;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a record is written: an object of JSON on one line (RFC 8259), its members always in the same
 * order, those without a value left out.
 *
 * <p>It is printable ASCII, with escapes for all else: whoever looks at the log in a terminal sees
 * what there is, and no half of a character keeps a line from being written.
 */
final class AuditLine {
  /** Of one width, so that lines sort by it as text. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private AuditLine() {}

  static String of(AuditRecord access) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setSerializeNulls(false);
      json.beginObject();
      json.name("time").value(TIME.format(access.time()));
      json.name("request_id").value(access.ids().requestId().value());
      json.name("trace_id").value(traceId(access.ids().trace()));
      json.name("caller").value(given(access.caller()));
      json.name("operation").value(access.operation());
      json.name("registry").value(given(access.registry()));
      json.name("repository").value(text(access.repository()));
      reference(json, access);
      json.name("bytes").value(access.bytes());
      json.name("duration_ms").value(access.duration().toMillis());
      json.name("outcome").value(access.outcome());
      json.name("reason").value(given(access.reason()));
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("text in memory cannot fail", e);
    }
    return ascii(text.toString()) + '\n';
  }

  /** Whatever is not ASCII stands within a string, where an escape means the same. */
  private static String ascii(String json) {
    StringBuilder ascii = new StringBuilder(json.length() + 1);
    json.chars().forEach(unit -> append((char) unit, ascii));
    return ascii.toString();
  }

  private static void append(char unit, StringBuilder ascii) {
    if (unit >= ' ' && unit <= '~') {
      ascii.append(unit);
    } else {
      ascii.append("\\u%04x".formatted((int) unit));
    }
  }

  private static void reference(JsonWriter json, AuditRecord access) throws IOException {
    if (access.reference() instanceof Digest) {
      json.name("digest").value(text(access.reference()));
    } else {
      json.name("tag").value(text(access.reference()));
      json.name("digest").value(text(access.resolved()));
    }
  }

  private static @Nullable String traceId(@Nullable TraceContext trace) {
    return trace == null ? null : trace.traceId();
  }

  private static @Nullable String given(String text) {
    return text.isEmpty() ? null : text;
  }

  private static @Nullable String text(@Nullable Object name) {
    return name == null ? null : name.toString();
  }
}
