package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.diagnosis.Answer.Http;
import dev.penstock.client.doctor.diagnosis.HeaderFields;
import dev.penstock.client.doctor.visit.Amounts;
import dev.penstock.tunnel.connection.ForeignText;
import io.grpc.netty.shaded.io.netty.handler.codec.PrematureChannelClosureException;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpDecoderConfig;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.TooLongHttpHeaderException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** HTTP/1.1 as read from whoever answers: an odd answer is to be known, too, and not refused. */
final class LenientHttp {
  /** What hops and logins put into their answers is more than a client would take. */
  private static final int MAX_HEADER_BYTES = 64 << 10;

  private LenientHttp() {}

  static HttpClientCodec codec() {
    return new HttpClientCodec(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_HEADER_BYTES)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setValidateHeaders(false),
        false,
        false);
  }

  /** Why headers could not be read. */
  static String inWords(Throwable failure) {
    return failure instanceof TooLongHttpHeaderException
        ? "its headers are larger than " + Amounts.bytes(MAX_HEADER_BYTES)
        : failure instanceof PrematureChannelClosureException
            ? "the connection ended within its headers"
            : "a header of it is wrong (%s)".formatted(ForeignText.of(failure));
  }

  /** What came, with as much of the body as was kept. */
  static Http answer(HttpResponse response, byte[] body) {
    List<HeaderFields.Field> fields =
        response.headers().entries().stream()
            .map(header -> new HeaderFields.Field(header.getKey(), header.getValue()))
            .toList();
    return new Http(
        response.protocolVersion().text(),
        response.status().code(),
        response.status().reasonPhrase(),
        new HeaderFields(fields),
        text(body));
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }
}
