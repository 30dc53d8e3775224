package dev.penstock.client.doctor.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RemediesTest {
  @ParameterizedTest
  @EnumSource(Cause.class)
  void everyCause_hasAGeneralRemedy(Cause cause) {
    assertThat(Remedies.of(cause, Product.UNKNOWN)).isNotBlank();
  }

  @Test
  void table_namesOnlyCausesAndProductsThatThereAre() throws Exception {
    Set<String> causes = Stream.of(Cause.values()).map(Cause::code).collect(Collectors.toSet());
    Set<String> products =
        Stream.of(Product.values()).map(Product::code).collect(Collectors.toSet());
    products.add("*");
    products.add("proxy");
    try (InputStream in = Remedies.class.getResourceAsStream("remedies.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(Remedies.parse(text).keySet())
          .allSatisfy(
              key -> {
                assertThat(causes).contains(key.split(" ", 2)[0]);
                assertThat(products).contains(key.split(" ", 2)[1]);
              });
      assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }
  }

  @Test
  void host_isFilledIn() {
    assertThat(Remedies.of(Cause.PROXY_REFUSED, Product.SQUID, Recorded.upgrade()))
        .contains("acl penstock dstdomain tunnel.example.com", "acl SSL_ports port 443");
  }
}
