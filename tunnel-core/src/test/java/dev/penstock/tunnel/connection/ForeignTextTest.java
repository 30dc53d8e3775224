package dev.penstock.tunnel.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ForeignTextTest {
  @Test
  void printable_leavesOrdinaryTextAlone() {
    assertThat(ForeignText.printable("nginx/1.25 grüßt ✓")).isEqualTo("nginx/1.25 grüßt ✓");
  }

  @Test
  void printable_takesTheTeethFromLineBreaksAndEscapes() {
    assertThat(ForeignText.printable("a\r\nERROR b\u001b[2J\u2028c\u202ed"))
        .isEqualTo("a??ERROR b?[2J?c?d");
  }

  @Test
  void printable_cutsWhatIsLong() {
    assertThat(ForeignText.printable("x".repeat(10_000))).hasSize(ForeignText.MAX_CHARS + 1);
  }
}
