package dev.penstock.tunnel.websocket.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpgradeRequestTest {
  @ParameterizedTest
  @CsvSource({"Bearer abc, abc", "bearer abc, abc", "BEARER   abc , abc"})
  void bearerToken_isTakenWhateverTheCase(String header, String token) {
    assertThat(request(header).bearerToken()).contains(token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer", "Basic abc", "Bearerabc", "abc"})
  void bearerToken_isEmptyForOtherSchemes(String header) {
    assertThat(request(header).bearerToken()).isEmpty();
  }

  @Test
  void toString_keepsTheSecret() {
    assertThat(request("Bearer hush").toString()).contains("/ok").doesNotContain("hush");
  }

  private static UpgradeRequest request(String authorization) {
    var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/ok");
    request.headers().set("Authorization", authorization);
    Arrived arrived = Arrived.of(request, new EmbeddedChannel());
    return new UpgradeRequest("/ok", request.headers(), arrived);
  }
}
