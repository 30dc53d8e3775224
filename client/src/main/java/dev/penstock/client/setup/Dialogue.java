package dev.penstock.client.setup;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;

/** Whoever answers questions: a person at a console, or lines of a file. One thread. */
public interface Dialogue {
  /** Says a line. */
  void say(String line);

  /**
   * Asks for a line, and returns it without white space at its ends.
   *
   * @throws InputEndedException when there are no more
   */
  String ask(String question) throws IOException;

  /**
   * Asks for a secret, which is not shown while it is typed where that can be avoided. White space
   * at its end goes, as it goes from secrets in files.
   */
  String askSecret(String question) throws IOException;

  /** Whether the answer is yes; anything but y or yes is no. */
  default boolean confirm(String question) throws IOException {
    String answer = ask(question + " [y/N] ");
    return answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes");
  }

  /** A person. */
  static Dialogue with(Console console) {
    return new Dialogue() {
      @Override
      public void say(String line) {
        console.printf("%s%n", line);
      }

      @Override
      public String ask(String question) throws IOException {
        String line = console.readLine("%s", question);
        if (line == null) {
          throw new InputEndedException(question);
        }
        return line.strip();
      }

      @Override
      public String askSecret(String question) throws IOException {
        char[] line = console.readPassword("%s", question);
        if (line == null) {
          throw new InputEndedException(question);
        }
        return new String(line).stripTrailing();
      }
    };
  }

  /** Lines, one for each question. */
  static Dialogue with(BufferedReader lines, PrintWriter out) {
    return new Dialogue() {
      @Override
      public void say(String line) {
        out.println(line);
        out.flush();
      }

      @Override
      public String ask(String question) throws IOException {
        return askSecret(question).strip();
      }

      @Override
      public String askSecret(String question) throws IOException {
        out.print(question);
        out.flush();
        String line = lines.readLine();
        out.println(); // nobody has typed one
        if (line == null) {
          throw new InputEndedException(question);
        }
        return line.stripTrailing();
      }
    };
  }
}
