package dev.penstock.client.audit;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the audit log goes.
 *
 * @param file null: as the name says
 */
public record AuditTarget(String name, @Nullable Path file) {
  /** Nowhere. */
  public static final AuditTarget NONE = new AuditTarget("none", null);

  /** To standard output. */
  public static final AuditTarget STANDARD_OUTPUT = new AuditTarget("-", null);

  /** As configured: {@code none}, {@code -} for standard output, or a file. */
  public static AuditTarget parse(String text) {
    return switch (text.strip()) {
      case "none" -> NONE;
      case "-" -> STANDARD_OUTPUT;
      default -> new AuditTarget(text.strip(), Path.of(text.strip()));
    };
  }

  /**
   * Begins to write there.
   *
   * @throws IOException naming the file, when it cannot be written
   */
  public AuditLog open() throws IOException {
    if (file != null) {
      return AuditLog.toFile(file);
    }
    return equals(NONE) ? AuditLog.none() : AuditLog.toStandardOutput();
  }
}
