@NullMarked
package dev.groundbuild.steps.docker;

import org.jspecify.annotations.NullMarked;
