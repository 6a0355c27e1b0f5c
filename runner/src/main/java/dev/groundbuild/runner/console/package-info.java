/** How a build is shown while it runs: one ordered log, and the sinks that it goes to. */
@NullMarked
package dev.groundbuild.runner.console;

import org.jspecify.annotations.NullMarked;
