package dev.penstock.client.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OperationTest {
  private static final String KEYS =
      "fetch-blob, stat-blob, fetch-manifest, stat-manifest, list-tags, list-repositories,"
          + " list-referrers";

  @ParameterizedTest
  @EnumSource(Operation.class)
  void everyOperation_isReadByItsKey(Operation operation) {
    assertThat(operation.key()).matches("[a-z]+-[a-z]+").isEqualTo(operation.toString());
    assertThat(Operation.parse(operation.key())).isEqualTo(operation);
    assertThat(Operation.parseGroup(operation.key())).containsExactly(operation);
  }

  @Test
  void groups_divideAllIntoListsAndTheRest() {
    assertThat(Operation.parseGroup("list"))
        .containsExactly(
            Operation.LIST_TAGS, Operation.LIST_REPOSITORIES, Operation.LIST_REFERRERS);
    assertThat(Operation.parseGroup("read"))
        .containsExactly(
            Operation.FETCH_BLOB,
            Operation.STAT_BLOB,
            Operation.FETCH_MANIFEST,
            Operation.STAT_MANIFEST);
    assertThat(Operation.parseGroup("all")).isEqualTo(Set.of(Operation.values()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "FETCH_BLOB", "Fetch-Blob", "fetch_blob", "fetch-blob ", "read"})
  void unknown_isRefusedWithWhatThereIs(String key) {
    assertThatThrownBy(() -> Operation.parse(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no operation '" + key + "'; there are " + KEYS);
  }

  @Test
  void unknownWordOfARule_isRefusedWithTheGroupsToo() {
    assertThatThrownBy(() -> Operation.parseGroup("reads\n"))
        .hasMessage(
            "there is no operation 'reads?'; there are "
                + KEYS
                + ", and read (all but lists), list (the lists), all");
  }
}
