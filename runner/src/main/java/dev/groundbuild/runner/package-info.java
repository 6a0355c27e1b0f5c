@NullMarked
package dev.groundbuild.runner;

import org.jspecify.annotations.NullMarked;
