package dev.penstock.client.cli;

import dev.penstock.client.check.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a command ended, for scripts and service managers. */
enum ExitCode {
  OK(0, "Done; or told to end, and detached in order."),
  FAILED(1, "A defect of this program or of the machine; the message says what."),
  CONFIGURATION(2, "The command line, a setting or a file that it names is wrong."),
  UNREACHABLE(3, "check, doctor: there is no way to the server or to a registry."),
  REFUSED(4, "check, doctor: the token or a registry's credentials are refused.");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  /** A sentence. */
  String meaning() {
    return meaning;
  }

  /** Of what a check found at the worst. */
  static ExitCode of(Outcome worst) {
    return switch (worst) {
      case OK, WARNING -> OK;
      case REFUSED -> REFUSED;
      case UNREACHABLE -> UNREACHABLE;
      case MISCONFIGURED -> CONFIGURATION;
    };
  }

  /** For a help text. */
  static Map<String, String> list() {
    Map<String, String> list = new LinkedHashMap<>();
    for (ExitCode exitCode : values()) {
      list.put(Integer.toString(exitCode.code), exitCode.meaning);
    }
    return list;
  }
}
