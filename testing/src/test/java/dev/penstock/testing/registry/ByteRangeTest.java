package dev.penstock.testing.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  private static final long SIZE = 1_000;

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=0-999, 0, 1000",
    "bytes=10-19, 10, 20",
    "bytes=990-, 990, 1000",
    "bytes=990-5000, 990, 1000",
    "bytes=-10, 990, 1000",
    "bytes=-5000, 0, 1000",
  })
  void range_insideTheBodyIsGranted(String header, long first, long end) {
    assertThat(ByteRange.of(header, SIZE)).isEqualTo(new ByteRange(first, end, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=1000-", "bytes=1000-1001", "bytes=-0"})
  void range_outsideTheBodyIsNotSatisfiable(String header) {
    assertThat(ByteRange.of(header, SIZE)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bytes=-", "bytes=0-1,3-4", "lines=1-2", "bytes=20-10", "bytes=a-b"})
  void header_thatIsNoSingleRangeIsIgnored(String header) {
    assertThat(ByteRange.of(header, SIZE)).isEqualTo(new ByteRange(0, SIZE, false));
  }
}
