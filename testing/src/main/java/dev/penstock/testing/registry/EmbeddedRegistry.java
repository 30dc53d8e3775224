package dev.penstock.testing.registry;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.image.Manifest;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.WriteBufferWaterMark;
import io.grpc.netty.shaded.io.netty.channel.group.ChannelGroup;
import io.grpc.netty.shaded.io.netty.channel.group.DefaultChannelGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A registry inside this process: real HTTP on a real socket, contents made up in memory.
 *
 * <p>Contents, faults and counters may be used from any thread while it serves. Closing ends all
 * connections at once and waits for the threads.
 */
public final class EmbeddedRegistry implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int PAGE_CAP = 1_000;
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(256 * 1024, 512 * 1024);
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);

  private final Catalogue catalogue = new Catalogue();
  private final EventLoopGroup eventLoops =
      new MultiThreadIoEventLoopGroup(
          THREADS, new DefaultThreadFactory("embedded-registry", true), NioIoHandler.newFactory());

  /** All that is open; once closed, it closes at once what is still being accepted. */
  private final ChannelGroup channels = new DefaultChannelGroup(eventLoops.next(), true);

  private final Gatekeeper gatekeeper;
  private final ListResponder lists;
  private final @Nullable URI store;
  private final URI url;

  private EmbeddedRegistry(Builder builder) {
    this.gatekeeper = new Gatekeeper(builder.access, catalogue.troubles(), builder.clock);
    this.lists = new ListResponder(catalogue, builder.pageCap);
    try {
      this.store = builder.redirectBlobs ? listen(loopback(), null) : null;
      this.url = listen(builder.address, store);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts one on a free loopback port that lets anybody in. */
  public static EmbeddedRegistry start() {
    return builder().start();
  }

  /** Settings of a registry that is to start. */
  public static Builder builder() {
    return new Builder();
  }

  private URI listen(InetSocketAddress address, @Nullable URI blobStore) {
    Channel listener =
        new ServerBootstrap()
            .group(eventLoops)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Connections(blobStore))
            .bind(address)
            .syncUninterruptibly()
            .channel();
    channels.add(listener);
    return origin((InetSocketAddress) listener.localAddress());
  }

  private static URI origin(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://" + literal + ":" + address.getPort());
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** The registry's origin, such as {@code http://127.0.0.1:5000}. */
  public URI url() {
    return url;
  }

  /** Adds a repository with nothing in it. */
  public void add(String repository) {
    catalogue.add(repository);
  }

  /** Adds a manifest by its digest alone, as one that refers to another has it. */
  public void add(String repository, Manifest manifest) {
    catalogue.add(repository, manifest);
  }

  /** Adds a blob to a repository. */
  public void add(String repository, Blob blob) {
    catalogue.add(repository, blob);
  }

  /** Adds an image, its manifests by digest, and the topmost one under {@code tag} too. */
  public void add(String repository, String tag, Image image) {
    catalogue.add(repository, tag, image);
  }

  /** Serves the blob of this digest wrongly from its next request on. */
  public void breakBlob(String digest, Fault fault) {
    catalogue.fault(digest, fault);
  }

  /** Serves the blob of this digest properly again. */
  public void repairBlob(String digest) {
    catalogue.fault(digest, null);
  }

  /** From now on lists are given with these faults, and with no others; none repairs them. */
  public void breakLists(ListFault... faults) {
    lists.faults(Set.of(faults));
  }

  /** What was done for the blob of this digest, at both origins. */
  public Traffic traffic(String digest) {
    return catalogue.traffic(digest);
  }

  /** What goes wrong in all repositories that have no such troubles of their own. */
  public Troubles troubles() {
    return catalogue.troubles().general();
  }

  /** What goes wrong in one repository. */
  public Troubles troubles(String repository) {
    return catalogue.troubles().of(repository);
  }

  /** Tokens of the bearer scheme issued so far. */
  public long tokensIssued() {
    return gatekeeper.tokensIssued();
  }

  /** The tokens that it has issued and still takes, and the signatures of all its URLs. */
  public Set<String> secretsIssued() {
    return gatekeeper.secretsIssued();
  }

  /** Lets readers in so from now on, as after a change of their password; tokens stay good. */
  public void letIn(Access access) {
    gatekeeper.letIn(access);
  }

  /** Refuses all tokens issued so far, as after their expiry. */
  public void expireTokens() {
    gatekeeper.expireTokens();
  }

  @Override
  public void close() {
    channels.close().awaitUninterruptibly(); // Shutting the loops down alone may leave some open.
    eventLoops
        .shutdownGracefully(0, CLOSE_BOUND.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_BOUND.toMillis());
  }

  /** Sets up each accepted connection. */
  private final class Connections extends ChannelInitializer<Channel> {
    private final @Nullable URI blobStore;

    Connections(@Nullable URI blobStore) {
      this.blobStore = blobStore;
    }

    @Override
    protected void initChannel(Channel channel) {
      channels.add(channel);
      String own = origin((InetSocketAddress) channel.localAddress()).toString();
      String elsewhere = blobStore == null ? null : blobStore.toString();
      channel
          .pipeline()
          .addLast(new HttpServerCodec())
          .addLast(
              new RegistryHandler(
                  catalogue, gatekeeper, lists, new RegistryHandler.Origins(own, elsewhere)));
    }
  }

  /** Settings of a registry. One thread at a time. */
  public static final class Builder {
    private InetSocketAddress address = loopback();
    private Access access = new Access.Anonymous();
    private boolean redirectBlobs;
    private int pageCap = PAGE_CAP;
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /** Where to listen; a free loopback port by default. */
    public Builder listen(InetSocketAddress address) {
      this.address = address;
      return this;
    }

    /** How readers are let in; anonymously by default. */
    public Builder access(Access access) {
      this.access = access;
      return this;
    }

    /**
     * Answers requests for blobs with a redirect to a signed URL of a second origin, as those have
     * it that keep blobs in an object store.
     */
    public Builder redirectBlobs() {
      this.redirectBlobs = true;
      return this;
    }

    /** The most names in a page of a list, however many are asked for; 1,000 by default. */
    public Builder pageCap(int names) {
      this.pageCap = names;
      return this;
    }

    /** What tells when tokens and signed URLs expire; the system's clock by default. */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Starts it; it serves when this returns.
     *
     * @throws RuntimeException if the address cannot be listened on; its cause tells why
     */
    public EmbeddedRegistry start() {
      return new EmbeddedRegistry(this);
    }
  }
}
