package dev.penstock.tunnel.websocket.accept;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link WebSocketServer} needs to know.
 *
 * @param subprotocol the one value of {@code Sec-WebSocket-Protocol} that is spoken here
 * @param handshakeTimeout from the TCP connection to the 101
 * @param tls null for plaintext
 * @param decide called on the event loop for each proper upgrade; must not block
 */
public record WebSocketServerSettings(
    SocketAddress listen,
    String subprotocol,
    Duration handshakeTimeout,
    @Nullable SslContext tls,
    Function<UpgradeRequest, UpgradeDecision> decide) {}
