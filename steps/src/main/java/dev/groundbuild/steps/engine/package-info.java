@NullMarked
package dev.groundbuild.steps.engine;

import org.jspecify.annotations.NullMarked;
