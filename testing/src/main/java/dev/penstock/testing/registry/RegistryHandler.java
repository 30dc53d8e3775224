package dev.penstock.testing.registry;

import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames.AUTHORIZATION;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames.WWW_AUTHENTICATE;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus.FORBIDDEN;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus.UNAUTHORIZED;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Manifest;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObject;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of one connection, one after another. Event loop only.
 *
 * <p>The same handler serves both origins: the registry's own and the one that redirects lead to.
 */
final class RegistryHandler extends SimpleChannelInboundHandler<HttpObject> {
  private final Catalogue catalogue;
  private final Gatekeeper gatekeeper;
  private final Origins origins;
  private final BlobResponder blobs;
  private final ListResponder lists;
  private @Nullable BlobTransfer transfer;

  /**
   * Where a request arrived and where blobs are.
   *
   * @param own the origin of this connection's listener
   * @param store the origin that blobs are redirected to, or null if they are served here
   */
  record Origins(String own, @Nullable String store) {}

  RegistryHandler(
      Catalogue catalogue, Gatekeeper gatekeeper, ListResponder lists, Origins origins) {
    this.catalogue = catalogue;
    this.gatekeeper = gatekeeper;
    this.lists = lists;
    this.origins = origins;
    this.blobs = new BlobResponder(catalogue);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (!(message instanceof HttpRequest request)) {
      return; // The body of a GET has no meaning here.
    }
    if (transfer != null && !transfer.ended()) {
      var unused = ctx.close(); // Pipelined behind a body: nobody who reads blobs does this.
      return;
    }
    answer(new Exchange(ctx, request));
  }

  private void answer(Exchange exchange) {
    String uri = exchange.request().uri();
    Route route = Route.of(new QueryStringDecoder(uri).path());
    if (!exchange.isRead()) {
      exchange.send(Responses.error(METHOD_NOT_ALLOWED, "UNSUPPORTED", "read only"));
    } else if (route instanceof Route.Token) {
      exchange.send(token(uri, exchange.header(AUTHORIZATION)));
    } else if (route instanceof Route.StoredBlob stored) {
      answerStore(exchange, stored.digest());
    } else {
      answerApi(exchange, route);
    }
  }

  private FullHttpResponse token(String uri, @Nullable String authorization) {
    return gatekeeper
        .issueToken(uri, authorization)
        .map(Responses::token)
        .orElseGet(() -> Responses.error(UNAUTHORIZED, "UNAUTHORIZED", "no token for you"));
  }

  /** Object stores refuse a signed URL that comes with an Authorization header; so does this. */
  private void answerStore(Exchange exchange, String digest) {
    Blob blob = catalogue.storedBlob(digest);
    if (exchange.header(AUTHORIZATION) != null) {
      String message = "only one auth mechanism allowed";
      exchange.send(Responses.error(BAD_REQUEST, "InvalidArgument", message));
    } else if (!gatekeeper.isSigned(exchange.request().uri())) {
      exchange.send(Responses.error(FORBIDDEN, "AccessDenied", "request has expired"));
    } else if (blob == null) {
      exchange.send(Responses.error(NOT_FOUND, "NoSuchKey", "no such key"));
    } else {
      serve(exchange, blob);
    }
  }

  private void answerApi(Exchange exchange, Route route) {
    Optional<Refusal> refusal =
        catalogue.troubles().find(route.repository(), Troubles::takeRefusal);
    if (refusal.isPresent()) {
      exchange.send(Responses.refusal(refusal.get()));
    } else {
      answerWanted(exchange, route);
    }
  }

  private void answerWanted(Exchange exchange, Route route) {
    Optional<String> challenge =
        gatekeeper.challenge(route, exchange.header(AUTHORIZATION), origins.own());
    if (challenge.isPresent()) {
      FullHttpResponse refusal = Responses.error(UNAUTHORIZED, "UNAUTHORIZED", "who are you?");
      refusal.headers().set(WWW_AUTHENTICATE, challenge.get());
      exchange.send(refusal);
    } else if (route instanceof Route.ManifestOf wanted) {
      exchange.send(manifest(wanted));
    } else if (route instanceof Route.BlobOf wanted) {
      answerBlob(exchange, wanted);
    } else if (route instanceof Route.Listing wanted) {
      exchange.send(lists.answer(exchange.request().uri(), wanted));
    } else if (route instanceof Route.Root) {
      exchange.send(Responses.full(OK, "application/json", new byte[] {'{', '}'}));
    } else {
      exchange.send(Responses.error(NOT_FOUND, "UNSUPPORTED", "no such path"));
    }
  }

  private FullHttpResponse manifest(Route.ManifestOf wanted) {
    Manifest manifest = catalogue.manifest(wanted.repository(), wanted.reference());
    return manifest == null
        ? notFound(wanted.repository(), "MANIFEST_UNKNOWN")
        : Responses.manifest(manifest);
  }

  private void answerBlob(Exchange exchange, Route.BlobOf wanted) {
    Blob blob = catalogue.blob(wanted.repository(), wanted.digest());
    if (blob == null) {
      exchange.send(notFound(wanted.repository(), "BLOB_UNKNOWN"));
    } else if (origins.store() != null) {
      BlobResponder.redirect(exchange, origins.store() + gatekeeper.signedPath(wanted));
    } else {
      serve(exchange, blob);
      Duration patience = gatekeeper.patience(exchange.header(AUTHORIZATION));
      if (transfer != null && patience != null) {
        transfer.endAfter(patience);
      }
    }
  }

  private FullHttpResponse notFound(String repository, String code) {
    return catalogue.has(repository)
        ? Responses.error(NOT_FOUND, code, "not in this repository")
        : Responses.error(NOT_FOUND, "NAME_UNKNOWN", "repository name not known to registry");
  }

  /** The transfer becomes the connection's before its first write, which can call back. */
  private void serve(Exchange exchange, Blob blob) {
    transfer = blobs.serve(exchange, blob);
    if (transfer != null) {
      transfer.pump();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (transfer != null) {
      transfer.pump();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (transfer != null) {
      transfer.cut();
    }
  }

  /** A reader that hangs up in the middle is an expected event. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var unused = ctx.close();
  }
}
