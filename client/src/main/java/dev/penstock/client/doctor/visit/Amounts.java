package dev.penstock.client.doctor.visit;

import java.time.Duration;
import java.util.Locale;

/** Times and sizes as people read them. */
public final class Amounts {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  private Amounts() {}

  /** Such as {@code 12 ms}, {@code 3.4 s}, {@code 45 s}, {@code 10 min}. */
  public static String time(Duration time) {
    if (time.toMillis() < 10 && time.toNanos() % 1_000_000 != 0) {
      return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
    }
    if (time.toMillis() < 1000) {
      return time.toMillis() + " ms";
    }
    if (time.toSeconds() < 120) {
      return time.toMillis() % 1000 == 0
          ? time.toSeconds() + " s"
          : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }
    return time.toSecondsPart() == 0
        ? time.toMinutes() + " min"
        : "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
  }

  /** Such as {@code 64 KiB}; what is no whole number of them is told in bytes. */
  public static String bytes(long bytes) {
    if (bytes >= MIB && bytes % MIB == 0) {
      return bytes / MIB + " MiB";
    }
    return bytes >= KIB && bytes % KIB == 0
        ? bytes / KIB + " KiB"
        : bytes + (bytes == 1 ? " byte" : " bytes");
  }

  /** Such as {@code 12.3 MiB/s}. */
  public static String rate(double bytesPerSecond) {
    return bytesPerSecond >= MIB
        ? String.format(Locale.ROOT, "%.1f MiB/s", bytesPerSecond / MIB)
        : String.format(Locale.ROOT, "%.1f KiB/s", bytesPerSecond / KIB);
  }
}
