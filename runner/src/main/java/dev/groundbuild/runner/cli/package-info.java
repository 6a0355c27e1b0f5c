@NullMarked
package dev.groundbuild.runner.cli;

import org.jspecify.annotations.NullMarked;
