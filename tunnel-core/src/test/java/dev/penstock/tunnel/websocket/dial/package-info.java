/** Dialling against fakes that do what real hops do when they are broken. */
@NullMarked
package dev.penstock.tunnel.websocket.dial;

import org.jspecify.annotations.NullMarked;
