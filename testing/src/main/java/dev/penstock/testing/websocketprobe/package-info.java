/**
 * A WebSocket opened step by step, each reported with its time and with what was seen: the names,
 * TCP, the proxy, TLS, the upgrade, messages that come back, and the closing.
 *
 * <p>Each step up to TLS is tried on a connection of its own, with one layer more than the one
 * before; so that a step that fails says at which layer. The last of them goes on to the upgrade.
 *
 * <p>Threads: a probe blocks the thread that runs it, each step for a bounded time.
 */
@NullMarked
package dev.penstock.testing.websocketprobe;

import org.jspecify.annotations.NullMarked;
