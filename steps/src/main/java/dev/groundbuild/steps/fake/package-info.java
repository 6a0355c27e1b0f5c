@NullMarked
package dev.groundbuild.steps.fake;

import org.jspecify.annotations.NullMarked;
