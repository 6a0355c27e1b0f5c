/** Downloads: skipped when they are there already, verified, and never seen half done. */
@NullMarked
package dev.groundbuild.runner.fetch;

import org.jspecify.annotations.NullMarked;
