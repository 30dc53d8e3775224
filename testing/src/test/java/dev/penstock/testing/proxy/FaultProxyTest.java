package dev.penstock.testing.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testing.proxy.junit.FaultProxyExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FaultProxyTest {
  private static final int BOUND_MILLIS = 20_000;

  /** For silence: nothing is waited for, so a short time suffices to see it. */
  private static final int SILENCE_MILLIS = 300;

  @RegisterExtension final FaultProxyExtension proxies = new FaultProxyExtension();

  private final ServerSocket target;
  private final FaultProxy proxy;
  private Socket near = new Socket();
  private Socket far = new Socket();

  FaultProxyTest() throws IOException {
    target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    proxy = proxies.to((InetSocketAddress) target.getLocalSocketAddress());
  }

  @BeforeEach
  void connect() throws IOException {
    near = new Socket(proxy.address().getAddress(), proxy.address().getPort());
    far = target.accept();
    near.setSoTimeout(BOUND_MILLIS);
    far.setSoTimeout(BOUND_MILLIS);
  }

  @AfterEach
  void close() throws IOException {
    near.close();
    far.close();
    target.close();
  }

  @Test
  void bytes_passBothWaysAndAreCounted() throws Exception {
    send(near, "hello");
    assertThat(receive(far, 5)).isEqualTo("hello");
    send(far, "good day");
    assertThat(receive(near, 8)).isEqualTo("good day");
    near.shutdownOutput();
    assertThat(far.getInputStream().read()).as("the end passes, too").isEqualTo(-1);
    assertThat(proxy.stats()).isEqualTo(new ProxyStats(1, 1, 0, 5, 8));
  }

  @Test
  void cut_resetsBothEnds() throws Exception {
    send(near, "x");
    receive(far, 1);
    CountDownLatch told = new CountDownLatch(1);
    proxy.onCut(told::countDown);
    FaultScript.apply(proxy, "cut");
    assertThat(told.getCount()).isZero();
    expectReset(near);
    expectReset(far);
    assertThat(proxy.stats().cuts()).isEqualTo(1);
  }

  @Test
  void cutAfter_letsExactlySoManyBytesThrough() throws Exception {
    FaultScript.apply(proxy, "cut after 1000");
    send(near, "a".repeat(5_000));
    byte[] all = new byte[5_000];
    int received = 0;
    try {
      int read = far.getInputStream().read(all);
      while (read >= 0) {
        received += read;
        read = far.getInputStream().read(all);
      }
    } catch (IOException e) {
      // The reset; it may overtake bytes that were on their way.
    }
    assertThat(received).isLessThanOrEqualTo(1_000);
    assertThat(proxy.stats().bytesUp()).isEqualTo(1_000);
    expectReset(near);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut in 10ms", "cut every 10ms"})
  void cut_comesByTime(String fault) throws Exception {
    FaultScript.apply(proxy, fault);
    expectReset(near);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stall up", "black-hole"})
  void stall_keepsBytesBackUntilItHeals(String fault) throws Exception {
    FaultScript.apply(proxy, fault);
    send(near, "late");
    expectSilence(far);
    FaultScript.apply(proxy, "heal");
    assertThat(receive(far, 4)).isEqualTo("late");
  }

  @Test
  void stall_ofOneDirectionLeavesTheOther() throws Exception {
    FaultScript.apply(proxy, "stall up");
    send(far, "hello");
    assertThat(receive(near, 5)).isEqualTo("hello");
  }

  @Test
  void blackHole_swallowsTheEnd() throws Exception {
    FaultScript.apply(proxy, "black-hole");
    near.setSoLinger(true, 0);
    near.close();
    expectSilence(far);
  }

  @Test
  void delay_passesLater() throws Exception {
    FaultScript.apply(proxy, "delay down 300ms");
    long start = System.nanoTime();
    send(far, "x");
    receive(near, 1);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void rate_isNotExceeded() throws Exception {
    FaultScript.apply(proxy, "rate up 100KiB");
    long start = System.nanoTime();
    CompletableFuture<Void> sent =
        CompletableFuture.runAsync(() -> sendUnchecked(near, "a".repeat(50 * 1024)));
    receive(far, 50 * 1024);
    sent.get(BOUND_MILLIS, TimeUnit.MILLISECONDS);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(450));
  }

  @Test
  void drop_forgetsBytes() throws Exception {
    FaultScript.apply(proxy, "drop up");
    send(near, "lost");
    expectSilence(far);
    FaultScript.apply(proxy, "heal");
    send(near, "kept");
    assertThat(receive(far, 4)).isEqualTo("kept");
  }

  @Test
  void truncate_endsTheDirectionInAnOrderlyWay() throws Exception {
    FaultScript.apply(proxy, "truncate up 3");
    send(near, "abcdef");
    assertThat(receive(far, 3)).isEqualTo("abc");
    assertThat(far.getInputStream().read()).isEqualTo(-1);
    send(far, "the other way goes on");
    assertThat(receive(near, 3)).isEqualTo("the");
  }

  @Test
  void refuse_resetsWhatComesAndLeavesWhatIsThere() throws Exception {
    FaultScript.apply(proxy, "refuse");
    try (Socket refused = new Socket(proxy.address().getAddress(), proxy.address().getPort())) {
      refused.setSoTimeout(BOUND_MILLIS);
      expectReset(refused);
    }
    send(near, "still");
    assertThat(receive(far, 5)).isEqualTo("still");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "cut off", "stall", "stall left", "delay up x", "rate up 0", "cut in"})
  void nonsense_isAnsweredWithWhatThereIs(String line) {
    assertThatThrownBy(() -> FaultScript.apply(proxy, line))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static void sendUnchecked(Socket socket, String text) {
    try {
      send(socket, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String receive(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), US_ASCII);
  }

  private static void expectReset(Socket socket) {
    assertThatThrownBy(
            () -> {
              // A reset shows in the next read, or in a write some time after.
              while (socket.getInputStream().read() >= 0) {
                socket.getOutputStream().write(1);
              }
              throw new IOException("an orderly end");
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("eset");
  }

  private static void expectSilence(Socket socket) throws IOException {
    socket.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(BOUND_MILLIS);
  }
}
