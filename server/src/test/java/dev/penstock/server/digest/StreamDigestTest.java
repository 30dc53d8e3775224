package dev.penstock.server.digest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.registry.stream.BlobMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamDigestTest {
  private static final int BOUND = 1000;

  private final DigestPool pool = new DigestPool(2);
  private final AtomicLong gauge = new AtomicLong();

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void streamsSideBySide_eachGetTheHashOfTheirOwnBytes_inOrder() throws Exception {
    List<CompletableFuture<String>> hashes = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int stream = 0; stream < 8; stream++) {
      byte[] content = new byte[3 << 20];
      new Random(stream).nextBytes(content);
      expected.add(Sha256.of(ByteBuffer.wrap(content)));
      StreamDigest digest = new StreamDigest(pool, BOUND, gauge::addAndGet, () -> {});
      for (int at = 0; at < content.length; at += 50_000) {
        digest.update(message(content, at, Math.min(50_000, content.length - at)));
      }
      CompletableFuture<String> hash = new CompletableFuture<>();
      digest.finish(hash::complete);
      hashes.add(hash);
    }
    for (int stream = 0; stream < 8; stream++) {
      assertThat(hashes.get(stream).get(30, TimeUnit.SECONDS)).isEqualTo(expected.get(stream));
    }
    assertThat(gauge).hasValue(0);
  }

  @Test
  void noBytes_haveTheirHash_too() throws Exception {
    CompletableFuture<String> hash = new CompletableFuture<>();
    new StreamDigest(pool, BOUND, gauge::addAndGet, () -> {}).finish(hash::complete);
    assertThat(hash.get(30, TimeUnit.SECONDS))
        .isEqualTo(Sha256.of(ByteBuffer.allocate(0)))
        .startsWith("e3b0c442");
  }

  @Test
  void room_endsAtTheBound_andIsToldOnceItIsBack() throws Exception {
    CountDownLatch release = occupy();
    AtomicInteger told = new AtomicInteger();
    StreamDigest digest = new StreamDigest(pool, BOUND, gauge::addAndGet, told::incrementAndGet);
    digest.update(message(new byte[BOUND], 0, BOUND - 1));
    assertThat(digest.hasRoom()).isTrue();
    digest.update(message(new byte[BOUND], 0, 1));
    assertThat(digest.hasRoom()).isFalse();
    assertThat(gauge).hasValue(BOUND);

    release.countDown();
    CompletableFuture<String> hash = new CompletableFuture<>();
    digest.finish(hash::complete);
    hash.get(30, TimeUnit.SECONDS);
    assertThat(digest.hasRoom()).isTrue();
    assertThat(told).hasValue(1);
    assertThat(gauge).hasValue(0);
  }

  @Test
  void abandon_dropsWhatWaits_andWhatComesLater() throws Exception {
    CountDownLatch release = occupy();
    StreamDigest digest = new StreamDigest(pool, BOUND, gauge::addAndGet, () -> {});
    digest.update(message(new byte[10], 0, 10));
    digest.abandon();
    digest.update(message(new byte[10], 0, 10));
    assertThat(gauge).hasValue(0);
    AtomicInteger finished = new AtomicInteger();
    digest.finish(hash -> finished.incrementAndGet());
    release.countDown();
    CompletableFuture<String> other = new CompletableFuture<>();
    new StreamDigest(pool, BOUND, change -> {}, () -> {}).finish(other::complete);
    other.get(30, TimeUnit.SECONDS);
    assertThat(finished).hasValue(0);
  }

  /** Keeps both threads of the pool busy until the latch is counted down. */
  private CountDownLatch occupy() throws InterruptedException {
    CountDownLatch busy = new CountDownLatch(2);
    CountDownLatch release = new CountDownLatch(1);
    for (int thread = 0; thread < 2; thread++) {
      pool.executor()
          .execute(
              () -> {
                busy.countDown();
                try {
                  release.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }
    assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
    return release;
  }

  private static BlobMessage message(byte[] content, int start, int length) {
    return BlobMessage.data(List.of(ByteBuffer.wrap(content, start, length)));
  }
}
