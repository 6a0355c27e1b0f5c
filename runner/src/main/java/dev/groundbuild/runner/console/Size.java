package dev.groundbuild.runner.console;

/** Of a terminal, in characters. */
record Size(int columns, int rows) {}
