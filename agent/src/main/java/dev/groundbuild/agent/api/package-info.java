@NullMarked
package dev.groundbuild.agent.api;

import org.jspecify.annotations.NullMarked;
