package dev.penstock.testing.e2e;

import dev.penstock.testing.readme.ReadmeTable;
import io.grpc.Status.Code;
import java.io.IOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One row of the README's table of failures, as the promise that it is: whatever stands between
 * backticks is said word for word, with anything in the place of an ellipsis.
 *
 * @param wrong what is wrong; the row's name
 * @param code what the caller gets; OK where the caller notices nothing
 * @param description what is in the status
 * @param isSilent whether the client's log has nothing of it
 * @param log what is in one line of the client's log
 * @param audit what is in one line of the audit log
 * @param advice what to do
 */
record FailureRow(
    String wrong,
    Code code,
    List<Pattern> description,
    boolean isSilent,
    List<Pattern> log,
    List<Pattern> audit,
    String advice) {
  private static final String HEADER =
      "| what is wrong | what the caller gets | what the client's log says | what to do |";
  private static final String AUDIT = "audit log:";
  private static final String NOTHING = "nothing";
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  /** All rows, in their order. */
  static List<FailureRow> ofReadme() throws IOException {
    return ReadmeTable.rows(HEADER).stream().map(FailureRow::parse).toList();
  }

  private static FailureRow parse(String line) {
    String[] cells = line.substring(1, line.length() - 1).split("\\|", -1);
    if (cells.length != 4) {
      throw new IllegalArgumentException("not a row of four cells: " + line);
    }
    String caller = cells[1].strip();
    String[] log = cells[2].split(AUDIT, 2);
    return new FailureRow(
        cells[0].strip(),
        Code.valueOf(caller.split("[ ,:;]", 2)[0]),
        quoted(caller),
        log[0].strip().startsWith(NOTHING),
        quoted(log[0]),
        log.length == 1 ? List.of() : quoted(log[1]),
        cells[3].strip());
  }

  private static List<Pattern> quoted(String cell) {
    return QUOTED.matcher(cell).results().map(FailureRow::pattern).toList();
  }

  private static Pattern pattern(MatchResult quoted) {
    return Pattern.compile(
        Stream.of(quoted.group(1).split("…", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }

  @Override
  public String toString() {
    return wrong;
  }
}
