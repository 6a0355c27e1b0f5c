/** Draws a plan: as text, JSON, DOT, Mermaid and as a picture. */
@NullMarked
package dev.groundbuild.runner.plan;

import org.jspecify.annotations.NullMarked;
