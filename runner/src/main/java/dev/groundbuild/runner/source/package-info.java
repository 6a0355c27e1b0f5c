@NullMarked
package dev.groundbuild.runner.source;

import org.jspecify.annotations.NullMarked;
