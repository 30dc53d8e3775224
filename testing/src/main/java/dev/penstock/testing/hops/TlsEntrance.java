package dev.penstock.testing.hops;

import dev.penstock.testing.peers.TestAuthority;
import dev.penstock.testing.peers.TestIdentity;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.ByteToMessageDecoder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ends TLS with a certificate of an authority of its own; what comes in the clear is taken, too.
 * Its files are in a temporary directory.
 */
final class TlsEntrance implements Entrance {
  private static final byte HANDSHAKE_RECORD = 22; // RFC 8446 §5.1

  private final SslContext shown;
  private final @Nullable SslContext onward;

  private TlsEntrance(SslContext shown, @Nullable SslContext onward) {
    this.shown = shown;
    this.onward = onward;
  }

  /**
   * A proxy that looks into TLS: to the server it speaks TLS again where the client did.
   *
   * @param trusted whose certificates it takes from the server; null for the Java runtime's
   */
  static Hop intercept(String name, @Nullable Path trusted) {
    // Hops that inspect say so in the name of their authority, mostly.
    return hop(name, "Penstock Hop TLS Inspection CA", onward(name, trusted));
  }

  /** A load balancer that ends TLS: to the server it speaks in the clear. */
  static Hop terminate(String name) {
    return hop(name, "penstock-test-authority", null);
  }

  private static SslContext onward(String name, @Nullable Path trusted) {
    try {
      SslContextBuilder builder = SslContextBuilder.forClient();
      if (trusted != null) {
        builder.trustManager(trusted.toFile());
      }
      return builder.build();
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "hop " + name + ": " + trusted + " is no file of certificates to trust (PEM)", e);
    }
  }

  private static Hop hop(String name, String issuer, @Nullable SslContext onward) {
    try {
      Path directory = Files.createTempDirectory("penstock-hop");
      TestAuthority authority = TestAuthority.create(directory, issuer);
      TestIdentity identity = authority.issue();
      SslContext shown =
          SslContextBuilder.forServer(identity.certificate().toFile(), identity.key().toFile())
              .build();
      return Hop.named(name)
          .remark("its authority: " + authority.certificate())
          .entrance(new TlsEntrance(shown, onward))
          .onRequest(
              (request, passage) -> {
                Heads.addForwardedFor(request, passage);
                request.headers().add("Via", "1.1 " + name.split("=", 2)[0]);
              })
          .onClose(() -> delete(directory))
          .make();
    } catch (IOException e) {
      throw new UncheckedIOException("hop " + name + " cannot make its certificate", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while making the certificate of a hop", e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + directory, e);
    }
  }

  @Override
  public void open(Route route, Channel accepted) {
    accepted.pipeline().addLast(new FirstByte(route));
  }

  /** The first byte of a connection tells TLS from HTTP. */
  private final class FirstByte extends ByteToMessageDecoder {
    private final Route route;

    FirstByte(Route route) {
      this.route = route;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      Channel channel = ctx.channel();
      if (in.getByte(in.readerIndex()) == HANDSHAKE_RECORD) {
        channel.pipeline().addLast(shown.newHandler(channel.alloc()));
        (onward == null ? route : route.over(onward)).serveHttp(channel);
      } else {
        route.serveHttp(channel);
      }
      ctx.pipeline().remove(this);
    }
  }
}
