package dev.penstock.client.cli;

/** Which of these programs it is. */
final class Version {
  private Version() {}

  /** Such as {@code penstock-client 1.0.0}. */
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return "penstock-client " + (version == null ? "(not packaged)" : version);
  }
}
