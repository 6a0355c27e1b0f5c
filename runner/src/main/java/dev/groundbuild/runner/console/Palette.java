package dev.groundbuild.runner.console;

/** Gives text its colour, or leaves it as it is. */
enum Palette {
  COLOURED,
  PLAIN;

  /** Of the steps; red is kept for failures. */
  private static final String[] STEPS = {
    "36", "33", "35", "34", "32", "96", "93", "95", "94", "92"
  };

  String step(int index, String text) {
    return sgr(STEPS[index % STEPS.length], text);
  }

  String good(String text) {
    return sgr("32", text);
  }

  String bad(String text) {
    return sgr("1;31", text);
  }

  String doubtful(String text) {
    return sgr("33", text);
  }

  String strong(String text) {
    return sgr("1", text);
  }

  String faint(String text) {
    return sgr("2", text);
  }

  private String sgr(String code, String text) {
    return this == PLAIN || text.isEmpty() ? text : "\033[" + code + "m" + text + "\033[0m";
  }
}
