@NullMarked
package dev.groundbuild.runner.status;

import org.jspecify.annotations.NullMarked;
