@NullMarked
package dev.groundbuild.runner.publish;

import org.jspecify.annotations.NullMarked;
