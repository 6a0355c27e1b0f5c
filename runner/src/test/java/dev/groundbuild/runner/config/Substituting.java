package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A build config of one step, and what substitution makes of it. */
final class Substituting {
  private final Build.Builder build = Build.newBuilder();
  private final Map<String, String> builtIns = new TreeMap<>();
  private final Map<String, String> overrides = new TreeMap<>();
  private Door door = Door.UNION;

  private Substituting(String json) {
    build.mergeFrom(Checked.build(json));
  }

  /**
   * @param json the whole config
   */
  static Substituting config(String json) {
    return new Substituting(json);
  }

  /** A config in which the only text with substitutions is an arg. */
  static Substituting arg(String text) {
    Substituting one = new Substituting("{}");
    one.build.addStepsBuilder().setName("busybox").addArgs(text);
    return one;
  }

  Substituting with(String key, String value) {
    build.putSubstitutions(key, value);
    return this;
  }

  Substituting builtIn(String key, String value) {
    builtIns.put(key, value);
    return this;
  }

  Substituting override(String key, String value) {
    overrides.put(key, value);
    return this;
  }

  Substituting options(String json) {
    build.mergeFrom(Checked.build("{options:{" + json + "}}"));
    return this;
  }

  Substituting loose() {
    return options("substitutionOption:'ALLOW_LOOSE'");
  }

  Substituting dynamic() {
    return options("dynamicSubstitutions:true");
  }

  Substituting at(Door chosen) {
    door = chosen;
    return this;
  }

  Substitutions.Substituted substituted() {
    return Substitutions.resolve(Checked.config(build.build()), builtIns, overrides, door);
  }

  List<String> problems() {
    return Checked.text(substituted().problems());
  }

  /** The first arg of the first step; problems instead, if there are errors. */
  String result() {
    Substitutions.Substituted done = substituted();
    List<String> errors = new ArrayList<>();
    done.problems().stream().filter(Problem::isError).forEach(p -> errors.add(p.toString()));
    return errors.isEmpty() ? done.build().getSteps(0).getArgs(0) : String.join("\n", errors);
  }
}
