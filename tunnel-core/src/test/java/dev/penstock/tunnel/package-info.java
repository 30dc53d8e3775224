/** The API, end to end over real sockets on loopback. */
@NullMarked
package dev.penstock.tunnel;

import org.jspecify.annotations.NullMarked;
