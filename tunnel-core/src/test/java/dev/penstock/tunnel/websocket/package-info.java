/** RFC 6455 against a hostile peer, on embedded channels: no socket, virtual time. */
@NullMarked
package dev.penstock.tunnel.websocket;

import org.jspecify.annotations.NullMarked;
