package dev.penstock.client.doctor.probe;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A probe that was not opened, or that did not do what it was asked. */
public final class ProbeException extends IOException {
  private static final long serialVersionUID = 1;

  /** What became of it. */
  public enum Kind {
    /** No answer to the upgrade. */
    UNREACHABLE,
    /** The upgrade was answered with something other than 101. */
    REFUSED,
    /** The upgrade was accepted, and then nothing came through. */
    MUTE,
    /** It was open, and has ended. */
    ENDED,
    /** It is open, and nothing comes. */
    SILENT
  }

  private final Kind kind;
  private final int status;
  private final boolean isOfServer;

  private ProbeException(
      Kind kind, String message, int status, boolean isOfServer, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.status = status;
    this.isOfServer = isOfServer;
  }

  public static ProbeException unreachable(String message, @Nullable Throwable cause) {
    return new ProbeException(Kind.UNREACHABLE, message, 0, false, cause);
  }

  /**
   * Answered with this status.
   *
   * @param isOfServer whether the server itself said so, and not something before it
   */
  public static ProbeException refused(String message, int status, boolean isOfServer) {
    return new ProbeException(Kind.REFUSED, message, status, isOfServer, null);
  }

  public static ProbeException mute(String message) {
    return new ProbeException(Kind.MUTE, message, 0, false, null);
  }

  public static ProbeException ended(String message) {
    return new ProbeException(Kind.ENDED, message, 0, false, null);
  }

  public static ProbeException silent(String message) {
    return new ProbeException(Kind.SILENT, message, 0, false, null);
  }

  /** What a failed future of a probe says. */
  public static String said(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return String.valueOf(cause.getMessage());
  }

  public Kind kind() {
    return kind;
  }

  /** Of the answer; 0: there was none. */
  public int status() {
    return status;
  }

  public boolean isOfServer() {
    return isOfServer;
  }
}
