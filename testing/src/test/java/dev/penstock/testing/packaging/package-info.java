/** Tests of the executables as files: what is in them, and what they do without the rest. */
@NullMarked
package dev.penstock.testing.packaging;

import org.jspecify.annotations.NullMarked;
