package dev.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.server.ReadmeTable;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class FetchCommandTest {
  @Test
  void tableOfTheReadme_isThatOfTheCommandLine() throws Exception {
    Map<String, String> keys = new TreeMap<>();
    for (OptionSpec option : new CommandLine(new FetchCommand()).getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        String value = option.defaultValue();
        keys.put(option.longestName(), value == null || value.isEmpty() ? "null" : value);
      }
    }
    assertThat(keys).hasSizeGreaterThan(5);
    assertThat(ReadmeTable.under("## Flags of `fetch`")).isEqualTo(keys);
  }
}
