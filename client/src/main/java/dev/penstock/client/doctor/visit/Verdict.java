package dev.penstock.client.doctor.visit;

/** How something that was examined turned out. */
public enum Verdict {
  PASS,
  /** A transfer works, and somebody should look at it. */
  WARN,
  /** A transfer could not work. */
  FAIL,
  /** Not examined, and the line says why. */
  SKIP
}
