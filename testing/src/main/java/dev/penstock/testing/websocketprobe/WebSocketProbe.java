package dev.penstock.testing.websocketprobe;

import dev.penstock.testing.report.StepFailedException;
import dev.penstock.testing.report.Steps;
import dev.penstock.tunnel.connection.Connecting;
import dev.penstock.tunnel.connection.Destination;
import dev.penstock.tunnel.connection.EventLoops;
import dev.penstock.tunnel.connection.ForeignText;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.grpc.netty.shaded.io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Takes the steps to one {@link Target}, and ends at the first that fails. One thread. */
final class WebSocketProbe {
  private static final Duration END_BOUND = Duration.ofSeconds(5);

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private final Target target;
  private final Steps steps;
  private final EventLoop loop;

  private WebSocketProbe(Target target, Steps steps, EventLoop loop) {
    this.target = target;
    this.steps = steps;
    this.loop = loop;
  }

  /**
   * Takes all the steps; blocks meanwhile.
   *
   * @return whether all succeeded
   */
  static boolean run(Target target, Steps steps) throws InterruptedException {
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("websocket-probe", true), EventLoops.ioHandlerFactory());
    try {
      new WebSocketProbe(target, steps, loops.next()).run();
      return true;
    } catch (StepFailedException e) {
      return false; // it has been printed
    } finally {
      loops
          .shutdownGracefully(0, END_BOUND.toMillis(), TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(END_BOUND.toMillis());
    }
  }

  private void run() throws StepFailedException, InterruptedException {
    steps.take("names", this::addresses, addresses -> List.of(String.join(", ", addresses)));
    Channel channel = steps.take("tcp", () -> open(target.firstHop()), made -> List.of(peer(made)));
    if (target.proxy() != null) {
      closeNow(channel);
      channel = steps.take("proxy", () -> open(target.throughProxy()), this::proxied);
    }
    if (target.isSecure()) {
      closeNow(channel);
      channel = steps.take("tls", () -> open(target.destination()), WebSocketProbe::session);
    }
    try {
      converse(channel);
    } finally {
      closeNow(channel);
    }
  }

  private void converse(Channel channel) throws StepFailedException, InterruptedException {
    Conversation conversation = steps.take("upgrade", () -> upgrade(channel), this::upgraded);
    for (int bytes : target.echoBytes()) {
      steps.take(
          "echo " + size(bytes),
          () -> echo(conversation, bytes),
          nanos -> List.of("came back whole after " + Steps.millis(nanos)));
    }
    steps.take(
        "close",
        () -> {
          conversation.close();
          return await(conversation.closed(), "the other side did not close");
        },
        List::of);
  }

  private List<String> addresses() throws StepFailedException {
    String host = target.firstHop().host();
    try {
      return Arrays.stream(InetAddress.getAllByName(host))
          .map(InetAddress::getHostAddress)
          .toList();
    } catch (UnknownHostException e) {
      throw new StepFailedException("no address is known for " + host);
    }
  }

  /** From the first moment somebody listens to what the other side may say. */
  private Channel open(Destination destination) throws StepFailedException, InterruptedException {
    Promise<Channel> opened = loop.newPromise();
    loop.execute(
        () ->
            Connecting.begin(destination, loop, target.timeout())
                .channel()
                .addListener((Future<Channel> made) -> hold(made, opened)));
    if (opened.await(target.timeout().plus(END_BOUND).toMillis()) && opened.isSuccess()) {
      return opened.getNow();
    }
    Throwable cause = opened.cause();
    throw new StepFailedException(
        cause == null ? "nothing happened" : String.valueOf(cause.getMessage()));
  }

  private static void hold(Future<Channel> made, Promise<Channel> opened) {
    if (made.isSuccess()) {
      made.getNow().pipeline().addLast(new HeldBytes());
      opened.setSuccess(made.getNow());
    } else {
      opened.setFailure(made.cause());
    }
  }

  private static String peer(Channel channel) {
    return String.valueOf(channel.remoteAddress()).replaceFirst("^.*/", "");
  }

  private List<String> proxied(Channel channel) {
    return List.of("CONNECT was accepted by " + target.firstHop().name());
  }

  private static List<String> session(Channel channel) {
    SSLSession session = channel.pipeline().get(SslHandler.class).engine().getSession();
    List<String> lines = new ArrayList<>();
    lines.add(session.getProtocol() + ", " + session.getCipherSuite());
    try {
      for (Certificate each : session.getPeerCertificates()) {
        X509Certificate certificate = (X509Certificate) each;
        lines.add(
            "certificate of %s, issued by %s, until %s"
                .formatted(
                    certificate.getSubjectX500Principal(),
                    certificate.getIssuerX500Principal(),
                    certificate.getNotAfter().toInstant()));
      }
    } catch (SSLPeerUnverifiedException e) {
      lines.add("the server showed no certificate");
    }
    return lines;
  }

  private Conversation upgrade(Channel channel) throws StepFailedException, InterruptedException {
    CompletableFuture<Conversation> done = new CompletableFuture<>();
    loop.execute(
        () ->
            Upgrade.ask(channel, target)
                .done()
                .whenComplete(
                    (opened, why) -> {
                      if (why == null) {
                        done.complete(opened);
                      } else {
                        done.completeExceptionally(why);
                      }
                    }));
    // It has the time-out itself, and knows how far it came.
    return await(done, target.timeout().plus(END_BOUND), "nothing happened");
  }

  private List<String> upgraded(Conversation conversation) {
    List<String> lines = new ArrayList<>(List.of("101 Switching Protocols"));
    lines.addAll(ShownAnswer.headers(conversation.answer()));
    return lines;
  }

  private long echo(Conversation conversation, int bytes)
      throws StepFailedException, InterruptedException {
    byte[] message = new byte[bytes];
    new Random(bytes).nextBytes(message);
    return await(conversation.echo(message), "the message did not come back");
  }

  private <T> T await(CompletableFuture<T> future, String otherwise)
      throws StepFailedException, InterruptedException {
    return await(future, target.timeout(), otherwise);
  }

  private static <T> T await(CompletableFuture<T> future, Duration bound, String otherwise)
      throws StepFailedException, InterruptedException {
    try {
      return future.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new StepFailedException(otherwise + " within " + Steps.millis(bound.toNanos()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StepFailedException known) {
        throw known;
      }
      throw new StepFailedException(ForeignText.of(e.getCause() == null ? e : e.getCause()));
    }
  }

  private static void closeNow(Channel channel) {
    channel.close().awaitUninterruptibly(END_BOUND.toMillis());
  }

  private static String size(int bytes) {
    if (bytes % MIB == 0) {
      return bytes / MIB + "MiB";
    }
    return bytes % KIB == 0 ? bytes / KIB + "KiB" : bytes + "B";
  }
}
