package dev.penstock.client.doctor.path;

import dev.penstock.client.Plaintext;
import dev.penstock.client.check.TlsFailure;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.tunnel.connection.TlsFiles;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;

/**
 * Shakes hands with the client's own trust, and never goes on without: the chain is kept for the
 * report whether it is trusted or not.
 */
final class TlsLayer implements Layer {
  private static final Duration ENOUGH = Duration.ofSeconds(8);

  @Override
  public String name() {
    return "tls";
  }

  @Override
  public List<Line> examine(Visit visit) throws InterruptedException {
    Way way = Way.of(visit.config());
    if (!way.isSecure()) {
      return List.of(plain(visit));
    }
    Shown shown = new Shown();
    Time time = Time.start();
    List<Line> lines = new ArrayList<>();
    try (Wire wire = new Wire()) {
      Channel channel =
          wire.connect(
              way.destination(TlsFiles.dialling(visit.config().network().tls(), shown)),
              Bounds.of(visit, ENOUGH));
      lines.add(Line.pass(name(), way.serverName(), time.elapsed(), inWords(channel)));
      channel.close();
    } catch (IOException e) {
      visit.block(name());
      lines.add(failed(way, time.elapsed(), e, shown.chain));
    }
    visit.path().presented(shown.chain);
    ChainReport.of(shown.chain).ifPresent(chain -> lines.addAll(chain(way, chain, lines.get(0))));
    return lines;
  }

  private Line plain(Visit visit) {
    return Plaintext.showsToken(visit.config())
        ? Line.warn(
            name(),
            "",
            Duration.ZERO,
            "the setting 'server' is ws://: the token and all data go out unencrypted",
            "use wss://")
        : Line.skip(name(), "", "the setting 'server' is ws://, on this machine");
  }

  private static String inWords(Channel channel) {
    SSLSession session = channel.pipeline().get(SslHandler.class).engine().getSession();
    return "%s, %s; the certificate is trusted, and for this name"
        .formatted(session.getProtocol(), session.getCipherSuite());
  }

  private Line failed(Way way, Duration took, IOException e, List<X509Certificate> shown) {
    String advice =
        shown.isEmpty()
            ? "does this port speak TLS, 1.2 or later? else the setting 'server' is wrong"
            : advice(TlsFailure.of(e));
    return Line.fail(name(), way.serverName(), took, String.valueOf(e.getMessage()), advice);
  }

  private static String advice(TlsFailure failure) {
    return switch (failure) {
      case NOT_VALID_NOW ->
          "have the certificate renewed, or set this machine's clock if that is wrong";
      case NOT_TRUSTED ->
          "trust the authority by the setting 'ca' if it is yours ('platform': those of this"
              + " machine), or have the certificate mended";
      case OTHER ->
          "is the host in the setting 'server' right? if its certificate is meant to be for another"
              + " name, give that by the setting 'server-name'";
    };
  }

  /** What the chain says, beside the handshake's outcome. */
  private List<Line> chain(Way way, ChainReport chain, Line handshake) {
    List<Line> lines = new ArrayList<>();
    lines.add(expiry(chain));
    Optional<Diagnosis> intercepted = chain.interception(way.plain());
    lines.add(
        intercepted
            .map(
                diagnosis ->
                    Line.warn(
                            name(),
                            "issuer",
                            Duration.ZERO,
                            diagnosis.evidence(),
                            handshake.verdict() == Verdict.FAIL
                                ? "this may be why the certificate is not trusted"
                                : "if nobody meant this, have the hop exempt this host")
                        .because(diagnosis))
            .orElseGet(() -> Line.pass(name(), "issuer", Duration.ZERO, chain.issuerInWords())));
    return lines;
  }

  private Line expiry(ChainReport chain) {
    String seen = "for %s; valid until %s".formatted(chain.namesInWords(), chain.end());
    return chain.endsBefore(Instant.now().plus(ChainReport.NOTICE))
        ? Line.warn(name(), "certificate", Duration.ZERO, seen, "have it renewed")
        : Line.pass(name(), "certificate", Duration.ZERO, seen);
  }

  /** The chain, from the event loop to the thread that examines. */
  private static final class Shown implements Consumer<List<X509Certificate>> {
    private volatile List<X509Certificate> chain = List.of();

    @Override
    public void accept(List<X509Certificate> presented) {
      chain = List.copyOf(presented);
    }
  }
}
