package dev.penstock.client.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class FakeHttpServerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0016\u0003\u0001\u0002\n",
        "GET\r\n\r\n",
        "GET /v2/\r\n\r\n",
        "GET /v2/ HTTP/1.1\r\nno header\r\n\r\n",
      })
  void whatIsNoRequest_isAnswered400(String sent) throws Exception {
    try (FakeHttpServer server =
            new FakeHttpServer((request, out) -> FakeHttpServer.reply(out, 200));
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort())) {
      client.getOutputStream().write(sent.getBytes(ISO_8859_1));
      client.shutdownOutput();
      String answer = new String(client.getInputStream().readAllBytes(), ISO_8859_1);
      assertThat(answer).startsWith("HTTP/1.1 400 ");
      assertThat(server.requests()).isEmpty();
    }
  }
}
