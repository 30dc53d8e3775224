/** Probes of a real acceptor, by those that keep to the rules and those that do not. */
@NullMarked
package dev.penstock.tunnel.probe;

import org.jspecify.annotations.NullMarked;
