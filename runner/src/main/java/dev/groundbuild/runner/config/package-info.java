@NullMarked
package dev.groundbuild.runner.config;

import org.jspecify.annotations.NullMarked;
