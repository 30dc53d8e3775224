package dev.penstock.server.cli;

/** What the process tells the shell. Scripts rely on these. */
public final class ExitCode {
  public static final int OK = 0;

  /** It could not be done: not reachable, refused, interrupted, disk full. */
  public static final int FAILED = 1;

  /** The command line, the configuration or a file that it names is wrong. */
  public static final int USAGE = 2;

  /** Bytes came, and they are not what the digest names, or what was sent. */
  public static final int CORRUPT = 3;

  private ExitCode() {}
}
