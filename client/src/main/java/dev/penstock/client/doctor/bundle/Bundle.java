package dev.penstock.client.doctor.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.client.doctor.Examination;
import dev.penstock.client.doctor.redaction.Redaction;
import dev.penstock.client.doctor.report.JsonReport;
import dev.penstock.client.doctor.report.TextReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The file: it is there whole or not at all, only its owner may read it, and none that is there
 * already is replaced.
 */
public final class Bundle {
  private final Path file;
  private final Redaction redaction;

  /**
   * To be written there.
   *
   * @throws IOException when there is a file already, or no place for one: better said before the
   *     examination than after it
   */
  public static Bundle at(Path file, Redaction redaction) throws IOException {
    Path absolute = file.toAbsolutePath();
    if (Files.exists(absolute)) {
      throw exists(file, null);
    }
    if (!Files.isDirectory(directory(absolute))) {
      throw new IOException(file + " cannot be written: its directory is not there");
    }
    return new Bundle(absolute, redaction);
  }

  /** The root has none, and is no file. */
  private static Path directory(Path absolute) {
    return Objects.requireNonNullElse(absolute.getParent(), absolute);
  }

  private Bundle(Path file, Redaction redaction) {
    this.file = file;
    this.redaction = redaction;
  }

  /**
   * Writes it.
   *
   * @param version of this program
   * @param settings as YAML
   * @param environment variables; those that are obeyed get into it
   * @throws IOException saying which file
   */
  public void write(
      Examination examination, String version, String settings, Map<String, String> environment)
      throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("report.txt", TextReport.of(examination));
    entries.put("report.json", JsonReport.of(examination, version));
    entries.put("settings.yaml", settings);
    entries.put(
        "certificates.pem", orElse(examination.certificates(), "no certificate was seen\n"));
    entries.put("arrived.json", orElse(examination.arrived(), "{}\n"));
    entries.put("environment.txt", Environment.of(version, environment));
    write(entries);
  }

  private static String orElse(String text, String other) {
    return text.isEmpty() ? other : text;
  }

  private void write(Map<String, String> entries) throws IOException {
    Path unfinished =
        Files.createTempFile(directory(file), ".penstock-doctor", ".zip", ownerOnly(file));
    try {
      try (OutputStream out = Files.newOutputStream(unfinished)) {
        zip(entries, out);
      }
      put(unfinished);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private void zip(Map<String, String> entries, OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out, UTF_8)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(redaction.all(entry.getValue()).getBytes(UTF_8));
        zip.closeEntry();
      }
    }
  }

  /** A link is made in one step, and never over a file; a move would replace one. */
  private void put(Path unfinished) throws IOException {
    try {
      Files.createLink(file, unfinished);
    } catch (FileAlreadyExistsException e) {
      throw exists(file, e);
    } catch (UnsupportedOperationException e) {
      Files.move(unfinished, file);
    }
  }

  private static IOException exists(Path file, @Nullable Throwable cause) {
    return new IOException(file + " is there already; name another file for the bundle", cause);
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
