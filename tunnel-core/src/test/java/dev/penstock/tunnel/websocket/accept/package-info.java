/** The public port against raw sockets: what may come in from anywhere. */
@NullMarked
package dev.penstock.tunnel.websocket.accept;

import org.jspecify.annotations.NullMarked;
