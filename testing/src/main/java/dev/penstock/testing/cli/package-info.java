/** How the tools' command lines write what they take. Threads: any. */
@NullMarked
package dev.penstock.testing.cli;

import org.jspecify.annotations.NullMarked;
