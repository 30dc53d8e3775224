package dev.penstock.tunnel.websocket;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Supplies a fresh masking key for each frame.
 *
 * <p>RFC 6455 §10.3 asks for keys from a strong source of entropy. One call of {@link SecureRandom}
 * a frame would cost more than the masking, so keys are drawn a batch at a time. Event loop only.
 */
final class MaskingKeys {
  private static final int KEYS_PER_BATCH = 256;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] batch = new byte[KEYS_PER_BATCH * Integer.BYTES];
  private final ByteBuffer keys = ByteBuffer.wrap(batch).position(batch.length);

  int next() {
    if (!keys.hasRemaining()) {
      RANDOM.nextBytes(batch);
      keys.clear();
    }
    return keys.getInt();
  }
}
