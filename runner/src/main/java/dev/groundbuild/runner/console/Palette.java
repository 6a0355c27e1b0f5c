package dev.groundbuild.runner.console;

/** Gives text its colour, or leaves it as it is. */
public enum Palette {
  COLOURED,
  PLAIN;

  /** Of the steps; red is kept for failures. */
  private static final String[] STEPS = {
    "36", "33", "35", "34", "32", "96", "93", "95", "94", "92"
  };

  public String step(int index, String text) {
    return sgr(STEPS[index % STEPS.length], text);
  }

  public String good(String text) {
    return sgr("32", text);
  }

  public String bad(String text) {
    return sgr("1;31", text);
  }

  public String doubtful(String text) {
    return sgr("33", text);
  }

  public String strong(String text) {
    return sgr("1", text);
  }

  public String faint(String text) {
    return sgr("2", text);
  }

  private String sgr(String code, String text) {
    return this == PLAIN || text.isEmpty() ? text : "\033[" + code + "m" + text + "\033[0m";
  }

  /** A build's or step's status in its colour. */
  public String status(String status) {
    return switch (status) {
      case "SUCCESS" -> good(status);
      case "FAILURE", "TIMEOUT", "INTERNAL_ERROR", "EXPIRED" -> bad(status);
      default -> doubtful(status);
    };
  }
}
