/** How two builds differ. */
@NullMarked
package dev.groundbuild.runner.diff;

import org.jspecify.annotations.NullMarked;
