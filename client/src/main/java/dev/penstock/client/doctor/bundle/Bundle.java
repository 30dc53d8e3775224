package dev.penstock.client.doctor.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.client.doctor.Examination;
import dev.penstock.client.doctor.redaction.Redaction;
import dev.penstock.client.doctor.report.JsonReport;
import dev.penstock.client.doctor.report.TextReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
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
  private final Linking linking;

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
    Bundle bundle = new Bundle(absolute, redaction, Files::createLink);
    Files.delete(bundle.begin());
    return bundle;
  }

  /** The root has none, and is no file. */
  private static Path directory(Path absolute) {
    return Objects.requireNonNullElse(absolute.getParent(), absolute);
  }

  Bundle(Path file, Redaction redaction, Linking linking) {
    this.file = file;
    this.redaction = redaction;
    this.linking = linking;
  }

  /** Gives a file a second name, as {@link Files#createLink}; some file systems cannot. */
  interface Linking {
    void link(Path name, Path existing) throws IOException;
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
    String certificates = orElse(examination.certificates(), "no certificate was seen\n");
    entries.put("report.txt", redaction.all(TextReport.of(examination)));
    entries.put("report.json", redaction.jsonAll(JsonReport.of(examination, version)));
    entries.put("settings.yaml", redaction.all(settings));
    entries.put("certificates.pem", redaction.all(certificates));
    entries.put("arrived.json", redaction.jsonAll(orElse(examination.arrived(), "{}")));
    entries.put("environment.txt", redaction.all(Environment.of(version, environment)));
    write(entries);
  }

  private static String orElse(String text, String other) {
    return text.isEmpty() ? other : text;
  }

  private Path begin() throws IOException {
    try {
      return Files.createTempFile(directory(file), ".penstock-doctor", ".zip", ownerOnly(file));
    } catch (FileSystemException e) {
      String reason = Objects.requireNonNullElse(e.getReason(), e.getClass().getSimpleName());
      throw new IOException(
          "%s cannot be written: no file can be made in its directory (%s)".formatted(file, reason),
          e);
    }
  }

  private void write(Map<String, String> entries) throws IOException {
    Path unfinished = begin();
    try {
      try (OutputStream out = Files.newOutputStream(unfinished)) {
        zip(entries, out);
      }
      put(unfinished);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static void zip(Map<String, String> entries, OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out, UTF_8)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(UTF_8));
        zip.closeEntry();
      }
    }
  }

  /**
   * A link is made in one step, and never over a file. Where there are none, as on FAT and some
   * network file systems, a move has to do, which looks first and then moves.
   */
  private void put(Path unfinished) throws IOException {
    try {
      link(unfinished);
    } catch (FileAlreadyExistsException e) {
      throw exists(file, e);
    }
  }

  private void link(Path unfinished) throws IOException {
    try {
      linking.link(file, unfinished);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
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
