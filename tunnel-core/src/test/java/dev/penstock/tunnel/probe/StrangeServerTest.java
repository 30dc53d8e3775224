package dev.penstock.tunnel.probe;

import static dev.penstock.tunnel.probe.ProbeFixture.PATIENCE;
import static dev.penstock.tunnel.probe.ProbeFixture.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.websocket.RawFrame;
import dev.penstock.tunnel.websocket.dial.DialAnswer;
import dev.penstock.tunnel.websocket.dial.DialException;
import dev.penstock.tunnel.websocket.dial.DialStep;
import dev.penstock.tunnel.websocket.dial.FakePeer;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What answers an upgrade need not be our server, nor speak as it does: no line hangs on it. */
@Timeout(120)
class StrangeServerTest {
  private static final Duration SOON = Duration.ofMillis(700);
  private static final RawFrame GREETING = RawFrame.text("arrived {}");

  private static final int CLOSE = 8;
  private static final int MASK_BYTES = 4;

  /** Connections that a dialer has closed in order. */
  private final BlockingQueue<Socket> closes = new LinkedBlockingQueue<>();

  private final ProbeFixture fixture = new ProbeFixture();

  StrangeServerTest() throws IOException {}

  @AfterEach
  void close() {
    fixture.close();
  }

  static Stream<Arguments> greetings() {
    String nothingCame = "nothing that it sent came through within 700 ms";
    return Stream.of(
        Arguments.of("none", nothingCame, new RawFrame[] {}),
        Arguments.of("another word", nothingCame, new RawFrame[] {RawFrame.text("hello {}")}),
        Arguments.of("the word alone", nothingCame, new RawFrame[] {RawFrame.text("arrived")}),
        Arguments.of("bytes", nothingCame, new RawFrame[] {RawFrame.binary(new byte[999])}),
        Arguments.of("a close frame", "ended", new RawFrame[] {RawFrame.close(1011, "no backend")}),
        Arguments.of("no frame", "with 1002", new RawFrame[] {RawFrame.of(3)}),
        Arguments.of(
            "too much",
            "with 1009",
            new RawFrame[] {RawFrame.text("arrived " + "x".repeat(70_000))}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("greetings")
  void serverThatDoesNotGreet_isToldFromOneThatRefuses(String what, String said, RawFrame... frames)
      throws Exception {
    try (FakePeer peer = saying(frames)) {
      DialException failure = refusal(ProbeLine.open(fixture.target(peer, SOON)));
      assertThat(failure.step()).isEqualTo(DialStep.UPGRADE);
      assertThat(failure.answer().map(DialAnswer::status)).contains(101);
      assertThat(failure).hasMessageContaining("answered 101, but").hasMessageContaining(said);
      assertThat(failure).hasMessageNotContaining("hush");
      assertThat(closes.poll(20, TimeUnit.SECONDS)).as("it says that it goes").isNotNull();
    }
  }

  @Test
  void serverThatHangsUpAfterThe101_isReportedAtOnce() throws Exception {
    try (FakePeer peer =
        new FakePeer(
            socket -> {
              upgrade(socket);
              socket.close();
            })) {
      DialException failure = refusal(ProbeLine.open(fixture.target(peer, PATIENCE)));
      assertThat(failure).hasMessageContaining("answered 101, but then the line ended");
    }
  }

  @Test
  void greeting_isForeignTextAndPassedOnAsItIs() throws Exception {
    try (FakePeer peer = saying(RawFrame.text("arrived <html> not {JSON"))) {
      assertThat(get(ProbeLine.open(fixture.target(peer, PATIENCE))).arrived())
          .isEqualTo("<html> not {JSON");
    }
  }

  static Stream<Arguments> answers() {
    byte[] bytes = new byte[50];
    return Stream.of(
        Arguments.of("echo", "came back changed", RawFrame.binary(bytes)),
        Arguments.of("echo", "came back changed", RawFrame.binary(new byte[101])),
        Arguments.of("echo", "came back with 0", RawFrame.binary(new byte[0])),
        Arguments.of("upload", "no count of what was sent", RawFrame.text("received 101")),
        Arguments.of("upload", "no count of what was sent", RawFrame.text("received -1")),
        Arguments.of("upload", "no count of what was sent", RawFrame.text("received ")),
        Arguments.of(
            "upload", "no count of what was sent", RawFrame.text("received " + "9".repeat(30))),
        Arguments.of("upload", "echoes what it was told to receive", RawFrame.binary(bytes)),
        Arguments.of("download", "of 100 bytes that the server sent 0", RawFrame.text("sent 100")),
        Arguments.of("download", "for 101 came already", RawFrame.binary(new byte[101])));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("answers")
  void wrongAnswer_isSaidToBeOneAndEndsTheLine(String asked, String said, RawFrame answer)
      throws Exception {
    try (FakePeer peer = answering(answer)) {
      ProbeLine line = get(ProbeLine.open(fixture.target(peer, PATIENCE)));
      assertThat(ask(line, asked, PATIENCE))
          .failsWithin(PATIENCE)
          .withThrowableOfType(ExecutionException.class)
          .havingCause()
          .isInstanceOf(ProbeException.class)
          .withMessageContaining(said);
      assertThat(get(line.ended()).byUs()).isTrue();
    }
  }

  static Stream<Arguments> floods() {
    return Stream.of("echo", "upload", "download")
        .flatMap(
            asked ->
                Stream.of(
                    Arguments.of(asked, RawFrame.text("x".repeat(1000))),
                    Arguments.of(asked, RawFrame.ping("flood"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void serverThatFloods_endsNothingLaterThanItsTime(String asked, RawFrame frame) throws Exception {
    try (FakePeer peer = flooding(frame)) {
      ProbeLine line = get(ProbeLine.open(fixture.target(peer, SOON)));
      assertThat(ask(line, asked, Duration.ofMillis(300)))
          .failsWithin(PATIENCE)
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(TimeoutException.class);
    }
  }

  private static CompletableFuture<?> ask(ProbeLine line, String what, Duration limit) {
    return switch (what) {
      case "echo" -> line.echo(100, limit);
      case "upload" -> line.upload(100, 100, limit);
      default -> line.download(100, 100, limit);
    };
  }

  private static DialException refusal(CompletableFuture<ProbeLine> opening) {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    assertThat(opening)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .satisfies(failed -> failure.complete(failed.getCause()));
    return (DialException) failure.join();
  }

  /** Says this after its 101, and nothing more. */
  private FakePeer saying(RawFrame... frames) throws IOException {
    return new FakePeer(
        socket -> {
          upgrade(socket);
          for (RawFrame frame : frames) {
            socket.getOutputStream().write(frame.bytes());
          }
          awaitClose(socket, in(socket));
        });
  }

  /** Says this to the first thing that it is asked. */
  private FakePeer answering(RawFrame answer) throws IOException {
    return new FakePeer(
        socket -> {
          upgrade(socket);
          socket.getOutputStream().write(GREETING.bytes());
          DataInputStream in = in(socket);
          readFrame(in);
          socket.getOutputStream().write(answer.bytes());
          awaitClose(socket, in);
        });
  }

  /** Says this without end. */
  private FakePeer flooding(RawFrame frame) throws IOException {
    return new FakePeer(
        socket -> {
          upgrade(socket);
          socket.getOutputStream().write(GREETING.bytes());
          DataInputStream in = in(socket);
          Thread reader = new Thread(() -> awaitClose(socket, in), "test-flood");
          reader.setDaemon(true);
          reader.start();
          try {
            while (true) {
              socket.getOutputStream().write(frame.bytes());
            }
          } catch (IOException e) {
            // The dialer has had enough.
          }
        });
  }

  /** Hangs up when the dialer closes, as a server does. */
  private void awaitClose(Socket socket, DataInputStream in) {
    try (socket) {
      while (readFrame(in) != CLOSE) {
        // What else it says is of no interest.
      }
      closes.add(socket);
    } catch (IOException e) {
      // The dialer has gone, or the test is over.
    }
  }

  private static DataInputStream in(Socket socket) throws IOException {
    return new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /** Its opcode. */
  private static int readFrame(DataInputStream in) throws IOException {
    int opcode = in.readUnsignedByte() & 0x0f;
    int length = in.readUnsignedByte() & 0x7f;
    in.skipNBytes(MASK_BYTES + (length == 126 ? in.readUnsignedShort() : length));
    return opcode;
  }

  private static void upgrade(Socket socket) throws IOException {
    String accept = FakePeer.accept(FakePeer.readHead(socket.getInputStream()));
    socket
        .getOutputStream()
        .write(
            FakePeer.http(
                    """
                    HTTP/1.1 101 Switching Protocols
                    Upgrade: websocket
                    Connection: Upgrade
                    Sec-WebSocket-Accept: %s
                    Sec-WebSocket-Protocol: penstock.probe.v1

                    """
                        .formatted(accept))
                .getBytes(ISO_8859_1));
  }
}
