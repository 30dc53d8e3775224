package dev.penstock.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Metadata;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {
  private static final String LONGEST = "x".repeat(128);

  @ParameterizedTest
  @ValueSource(strings = {"7", "b1946ac9-2d4f", "Root=1-5759e988-bd86/a.b:c@d_e+f="})
  void id_ofTheGrammarIsTaken(String value) {
    assertThat(RequestId.in(with(value))).contains(new RequestId(value));
  }

  @Test
  void id_hasUpTo128Characters() {
    assertThat(RequestId.in(with(LONGEST))).contains(new RequestId(LONGEST));
    assertThat(RequestId.in(with(LONGEST + "x"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\n", "a\nb", "a\rb", "a,b", "a\"b", "a\u0000", "ä"})
  void id_outsideOfTheGrammarIsNotTakenAndNotQuoted(String value) {
    assertThat(RequestId.in(with(value))).isEmpty();
    assertThatThrownBy(() -> new RequestId(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a request id is 1 to 128 of A-Z a-z 0-9 . _ : / + = @ -");
  }

  @Test
  void ids_thatDifferAreNotTaken() {
    Metadata two = with("a");
    two.put(RequestId.KEY, "a");
    assertThat(RequestId.in(two)).as("one and the same, twice").contains(new RequestId("a"));
    two.put(RequestId.KEY, "b");
    assertThat(RequestId.in(two)).isEmpty();
  }

  @Test
  void id_replacesAllThatWereThere() {
    Metadata two = with("a");
    two.put(RequestId.KEY, "b");
    new RequestId("c").putInto(two);
    assertThat(two.getAll(RequestId.KEY)).containsExactly("c");
  }

  @Test
  void freshIds_areOfTheGrammarAndDiffer() {
    Set<RequestId> made = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      made.add(RequestId.fresh());
    }
    assertThat(made).hasSize(10_000).allSatisfy(id -> assertThat(id.value()).hasSize(32));
  }

  private static Metadata with(String id) {
    Metadata metadata = new Metadata();
    metadata.put(RequestId.KEY, id);
    return metadata;
  }
}
