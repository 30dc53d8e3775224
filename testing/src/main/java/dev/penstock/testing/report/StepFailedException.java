package dev.penstock.testing.report;

import java.util.List;

/** A step that did not succeed: in one line, with more to read below. */
public final class StepFailedException extends Exception {
  private static final long serialVersionUID = 1;

  private final List<String> details;

  /** One with nothing more to say. */
  public StepFailedException(String message) {
    this(message, List.of());
  }

  /**
   * One with more to say.
   *
   * @param details lines that go below the step's own
   */
  public StepFailedException(String message, List<String> details) {
    super(message);
    this.details = List.copyOf(details);
  }

  /** The lines below the step's own. */
  public List<String> details() {
    return List.copyOf(details);
  }
}
