package dev.penstock.tunnel.connection;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;

/**
 * TLS with a server.
 *
 * @param serverName what is asked for (RFC 6066 §3) and what the certificate has to be for (RFC
 *     9525); another than the host's where that is reached by some other name
 */
public record Tls(SslContext context, String serverName) {}
