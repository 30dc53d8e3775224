package dev.penstock.testing.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteSizeTest {
  private final ByteSize sizes = new ByteSize();

  @ParameterizedTest
  @CsvSource({"0, 0", "4096, 4096", "64KiB, 65536", "1mib, 1048576", "10GiB, 10737418240"})
  void size_isReadInBytesAndBinaryUnits(String text, long bytes) {
    assertThat(sizes.convert(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5GiB", "64 KiB", "10GB", "9999999999999"})
  void size_inAnyOtherFormIsRefusedWithTheForms(String text) {
    assertThatThrownBy(() -> sizes.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("256MiB");
  }
}
