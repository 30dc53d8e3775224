package dev.penstock.tunnel.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlMessageTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2_097_152, 999_999_999_999_999_999L})
  void ack_survivesTheRoundTrip(long bytes) {
    ControlMessage ack = new ControlMessage.Ack(bytes);
    assertThat(ControlMessage.parse(ack.toString())).contains(ack);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "dance soon", "ACK 5", "ack5", "acknowledge 5", "ack\t5", "✓"})
  void unknownVerb_isIgnored(String text) {
    assertThat(ControlMessage.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ack",
        "ack ",
        "ack  5",
        "ack -1",
        "ack +1",
        "ack 1.5",
        "ack 5 5",
        "ack 0x5",
        "ack ٣",
        "ack 9223372036854775808",
        "ack 99999999999999999999999999"
      })
  void ack_ofWhatIsNoByteCountIsRefused(String text) {
    assertThatThrownBy(() -> ControlMessage.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a byte count");
  }

  @Test
  void refusal_repeatsOnlyWhatIsPrintableAndShort() {
    assertThatThrownBy(() -> ControlMessage.parse("ack \n\u001b" + "9".repeat(4_000)))
        .message()
        .hasSizeLessThan(300)
        .startsWith("'??999");
  }
}
