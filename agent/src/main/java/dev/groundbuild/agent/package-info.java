@NullMarked
package dev.groundbuild.agent;

import org.jspecify.annotations.NullMarked;
