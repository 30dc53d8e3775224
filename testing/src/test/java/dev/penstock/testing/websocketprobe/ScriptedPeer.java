package dev.penstock.testing.websocketprobe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Takes one connection, says what it is told to, and then nothing until it is closed. */
final class ScriptedPeer implements AutoCloseable {
  private static final int BOUND_MILLIS = 30_000;
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final ServerSocket listener;
  private final Thread thread;

  private interface Part {
    void play(Socket accepted) throws IOException;
  }

  private ScriptedPeer(Part part) throws IOException {
    listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    listener.setSoTimeout(BOUND_MILLIS);
    thread = new Thread(() -> play(part), "scripted-peer");
    thread.start();
  }

  static ScriptedPeer thatSpeaksFirst(String words) throws IOException {
    return new ScriptedPeer(
        accepted -> {
          accepted.getOutputStream().write(words.getBytes(ISO_8859_1));
          awaitEnd(accepted);
        });
  }

  static ScriptedPeer thatHangsUp() throws IOException {
    return new ScriptedPeer(accepted -> {});
  }

  static ScriptedPeer thatAnswers(String answer) throws IOException {
    return new ScriptedPeer(
        accepted -> {
          readHead(accepted.getInputStream());
          accepted.getOutputStream().write(answer.getBytes(ISO_8859_1));
          awaitEnd(accepted);
        });
  }

  private void play(Part part) {
    try (Socket accepted = listener.accept()) {
      accepted.setSoTimeout(BOUND_MILLIS);
      part.play(accepted);
    } catch (IOException e) {
      // The probe broke off, or the test is over; what the probe says is what is looked at.
    }
  }

  private static void readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf(END_OF_HEAD) < 0) {
      int octet = in.read();
      if (octet < 0) {
        throw new IOException("no request came, but " + head);
      }
      head.append((char) octet);
    }
  }

  /** Until the probe has had enough; what it still says is read, so that nothing is reset. */
  private static void awaitEnd(Socket accepted) throws IOException {
    var unused = accepted.getInputStream().readAllBytes();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    try {
      thread.join(BOUND_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
