/** Sessions on a fake carrier, and the dial loop against real and broken acceptors. */
@NullMarked
package dev.penstock.tunnel.session;

import org.jspecify.annotations.NullMarked;
