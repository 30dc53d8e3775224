/** README.md as tests read it. Any thread. */
@NullMarked
package dev.penstock.testing.readme;

import org.jspecify.annotations.NullMarked;
