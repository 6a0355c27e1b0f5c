@NullMarked
package dev.groundbuild.steps;

import org.jspecify.annotations.NullMarked;
