/** The proxy for tests written with JUnit, which the user brings along. Threads: JUnit's. */
@NullMarked
package dev.penstock.testing.proxy.junit;

import org.jspecify.annotations.NullMarked;
