package dev.penstock.testing.hops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.proxy.ProxyCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Where people look hops up, all of them are there, and none that is not. */
class HopListsTest {
  private static final Pattern NAME = Pattern.compile("`([a-z0-9-]+)[^`]*`");

  @Test
  void table_ofTheReadmeHasEachHop() throws Exception {
    List<String> rows = table("| hop | what it does |");
    TreeSet<String> found = new TreeSet<>();
    for (String row : rows) {
      NAME.matcher(row.split("\\|", 3)[1]).results().map(name -> name.group(1)).forEach(found::add);
    }
    assertThat(found).isEqualTo(new TreeSet<>(Hops.names()));
  }

  @Test
  void help_ofProxyHasEachHop() {
    String help =
        String.join(
            "\n", new CommandLine(new ProxyCommand()).getCommandSpec().usageMessage().footer());
    String listed = help.substring(help.indexOf("Hops, as"), help.indexOf("Without a hop"));
    Set<String> found = new TreeSet<>();
    listed
        .lines()
        .skip(1)
        .flatMap(line -> Arrays.stream(line.replaceFirst("^  [A-Za-z ]+:", "").split("\\|")))
        .map(part -> part.strip().replaceFirst("[^a-z0-9-].*", ""))
        .filter(name -> !name.isEmpty())
        .forEach(found::add);
    assertThat(found).isEqualTo(new TreeSet<>(Hops.names()));
  }

  private static List<String> table(String header) throws IOException {
    Path readme = Path.of(System.getProperty("basedir", "."), "README.md");
    try (Stream<String> lines = Files.lines(readme)) {
      return lines
          .dropWhile(line -> !line.equals(header))
          .skip(2)
          .takeWhile(line -> line.startsWith("|"))
          .toList();
    }
  }
}
