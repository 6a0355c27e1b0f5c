/** The overlay {@code groundbuild.yaml}: what a build has here that Cloud Build does not know. */
@NullMarked
package dev.groundbuild.runner.overlay;

import org.jspecify.annotations.NullMarked;
