package dev.penstock.client.check;

/**
 * One thing that was tried.
 *
 * @param subject what it is, such as {@code registry 'main'}
 * @param seen what happened
 * @param advice what to do about it; empty when there is nothing to do
 */
public record Finding(Outcome outcome, String subject, String seen, String advice) {

  static Finding ok(String subject, String seen) {
    return new Finding(Outcome.OK, subject, seen, "");
  }

  static Finding warning(String subject, String seen, String advice) {
    return new Finding(Outcome.WARNING, subject, seen, advice);
  }

  static Finding refused(String subject, String seen, String advice) {
    return new Finding(Outcome.REFUSED, subject, seen, advice);
  }

  static Finding unreachable(String subject, String seen, String advice) {
    return new Finding(Outcome.UNREACHABLE, subject, seen, advice);
  }

  static Finding misconfigured(String subject, String seen, String advice) {
    return new Finding(Outcome.MISCONFIGURED, subject, seen, advice);
  }
}
