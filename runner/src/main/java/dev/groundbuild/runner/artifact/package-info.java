@NullMarked
package dev.groundbuild.runner.artifact;

import org.jspecify.annotations.NullMarked;
