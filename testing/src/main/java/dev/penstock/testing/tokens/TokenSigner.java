package dev.penstock.testing.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.penstock.testing.peers.TestIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.stream.Collectors;

/**
 * Writes JSON Web Tokens (RFC 7519) in the compact form, signed by ES256 (RFC 7518, section 3.4),
 * with the certificate in the header by which the registry finds the key.
 */
final class TokenSigner {
  private static final Base64.Encoder BASE64_URL = Base64.getUrlEncoder().withoutPadding();

  private final PrivateKey key;
  private final String header;

  TokenSigner(TestIdentity identity) throws IOException {
    try {
      byte[] encoded = Base64.getDecoder().decode(content(identity.key()));
      key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new IOException("no key of an elliptic curve: " + identity.key(), e);
    }
    header = encoded(header(content(identity.certificate())));
  }

  /** What a PEM file has between its first and its last line. */
  private static String content(Path pem) throws IOException {
    return Files.readAllLines(pem, UTF_8).stream()
        .filter(line -> !line.startsWith("-----"))
        .collect(Collectors.joining());
  }

  private static JsonObject header(String certificate) {
    JsonObject header = new JsonObject();
    header.addProperty("typ", "JWT");
    header.addProperty("alg", "ES256");
    JsonArray chain = new JsonArray();
    chain.add(certificate);
    header.add("x5c", chain);
    return header;
  }

  private static String encoded(JsonObject json) {
    return BASE64_URL.encodeToString(json.toString().getBytes(UTF_8));
  }

  String sign(JsonObject claims) {
    String signed = header + "." + encoded(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + BASE64_URL.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign a token", e);
    }
  }
}
