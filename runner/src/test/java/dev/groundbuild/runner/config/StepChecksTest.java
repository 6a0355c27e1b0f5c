package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.Checked.Case.accepted;
import static dev.groundbuild.runner.config.Checked.Case.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.config.Checked.Case;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StepChecksTest {
  static List<Case> names() {
    return Checked.table(
        // Spec 1.2: steps are required; 1.11: at most 300.
        refused(
            "no steps",
            "{}",
            "steps: a build needs at least one step; add one that names an image"),
        accepted("300 steps", steps(300)),
        refused(
            "301 steps",
            steps(301),
            "steps[300]: 301 steps are too many (max: 300); split the build in two"),
        // Spec 1.3: name is required, at most 1000 characters, an image reference.
        accepted("name only", "{steps:[{name:'ubuntu'}]}"),
        accepted("uppercase tag", "{steps:[{name:'gcr.io/works/folder:Tag'}]}"),
        accepted("tag and digest", "{steps:[{name:'gcr.io/a/b:c@sha256:0dcd'}]}"),
        refused(
            "no name",
            "{steps:[{args:['x']}]}",
            "steps[0].name: a step needs a name: the image that it runs"),
        accepted("name of 1000", step("name:'" + "a".repeat(1000) + "'")),
        refused(
            "name of 1001",
            step("name:'" + "a".repeat(1001) + "'"),
            "steps[0].name: build step name too long: 1001 characters (max: 1000)"),
        refused(
            "uppercase path",
            "{steps:[{name:'gcr.io/project/Broken'}]}",
            "steps[0].name: invalid build step name \"gcr.io/project/Broken\" contains uppercase"
                + " letters; write \"gcr.io/project/broken\""),
        refused(
            "address instead of name",
            "{steps:[{name:'https://gcr.io/p/i'}]}",
            "steps[0].name: invalid build step name \"https://gcr.io/p/i\"; leave out \"https://\""),
        refused(
            "space around the name",
            "{steps:[{name:'ubuntu '}]}",
            "steps[0].name: invalid build step name \"ubuntu \"; leave out the space around it"),
        refused(
            "two colons",
            "{steps:[{name:'u::l'}]}",
            "steps[0].name: invalid build step name \"u::l\"; an image name has the form"
                + " [host[:port]/]path[:tag][@sha256:digest]"));
  }

  static List<Case> argsAndEnv() {
    return Checked.table(
        // Spec 1.3 and 1.11: at most 100 args, each of at most 10,000 characters.
        accepted("100 args", step("name:'a',args:" + list(100, "x"))),
        refused(
            "101 args",
            step("name:'a',args:" + list(101, "x")),
            "steps[0].args[100]: 101 args are too many (max: 100); put some of them into a file or a"
                + " script"),
        accepted("arg of 10000", step("name:'a',args:['-c','" + "é".repeat(10_000) + "']")),
        refused(
            "arg of 10001",
            step("name:'a',args:['-c','" + "x".repeat(10_001) + "']"),
            "steps[0].args[1]: invalid .steps field: build step 0 arg 1 too long (max: 10000); it"
                + " has 10001 characters after substitution: use script, or put it into a file"),
        accepted("no args at all", step("name:'a',args:[]")),
        // Spec 1.3: env has the form KEY=VALUE, at most 100 of them, each of at most 1000
        // characters.
        accepted("env", step("name:'a',env:['A=b','B=','C=d=e','D=\"x\"']")),
        refused(
            "env without =",
            step("name:'a',env:['A=b','foobar']"),
            "steps[0].env[1]: variable \"foobar\" must have the form KEY=VALUE"),
        refused(
            "env without a key",
            step("name:'a',env:['=x']"),
            "steps[0].env[0]: variable \"=x\" must have the form KEY=VALUE"),
        accepted("100 envs", step("name:'a',env:" + list(100, "A=b"))),
        refused(
            "101 envs",
            step("name:'a',env:" + list(101, "A=b")),
            "steps[0].env[100]: 101 variables are too many (max: 100)"),
        accepted("env of 1000", step("name:'a',env:['A=" + "x".repeat(998) + "']")),
        refused(
            "env of 1001",
            step("name:'a',env:['A=" + "x".repeat(999) + "']"),
            "steps[0].env[0]: variable too long: 1001 characters (max: 1000)"),
        // Spec 1.4: options.env holds for every step.
        refused(
            "global env without =",
            "{steps:[{name:'a'}],options:{env:['foobar']}}",
            "options.env[0]: variable \"foobar\" must have the form KEY=VALUE"));
  }

  static List<Case> otherFields() {
    return Checked.table(
        // Spec 1.3 and 3.1: dir of at most 1000 characters; it may leave the workspace.
        accepted("dir outwards", step("name:'a',dir:'a/../b/../../c'")),
        accepted("dir of 1000", step("name:'a',dir:'" + "d".repeat(1000) + "'")),
        refused(
            "dir of 1001",
            step("name:'a',dir:'" + "d".repeat(1001) + "'"),
            "steps[0].dir: dir too long: 1001 characters (max: 1000)"),
        // Spec 1.3: script stands alone.
        accepted("script", step("name:'a',script:'echo hi',args:[],env:['A=b']")),
        refused(
            "script with args",
            step("name:'a',script:'echo hi',args:['x']"),
            "steps[0].script: script cannot be combined with args; keep one of the two"),
        refused(
            "script with entrypoint",
            step("name:'a',script:'echo hi',entrypoint:'bash'"),
            "steps[0].script: script cannot be combined with entrypoint; begin the script with"
                + " #!/usr/bin/env bash instead"),
        refused(
            "script with both",
            step("name:'a',script:'echo hi',entrypoint:'/bin/bash',args:['-e']"),
            "steps[0].script: script cannot be combined with args; keep one of the two",
            "steps[0].script: script cannot be combined with entrypoint; begin the script with"
                + " #!/bin/bash instead"),
        // Spec 1.3: a step's timeout is within the build's, which is 60 minutes by default.
        accepted("step timeout as the build's", "{timeout:'1200s'," + two("timeout:'1200s'") + "}"),
        refused(
            "step timeout over the build's",
            "{timeout:'1200s'," + two("timeout:'1201s'") + "}",
            "steps[1].timeout: invalid value for 'build.steps[1].timeout': value must be less than"
                + " or equal to build timeout value of \"20m0s\""),
        accepted("step timeout as the default", "{" + two("timeout:'3600s'") + "}"),
        refused(
            "step timeout over the default",
            "{" + two("timeout:'3600.5s'") + "}",
            "steps[1].timeout: invalid value for 'build.steps[1].timeout': value must be less than"
                + " or equal to build timeout value of \"1h0m0s\", the default; give the build a"
                + " longer timeout"),
        refused(
            "negative step timeout",
            "{" + two("timeout:'-1s'") + "}",
            "steps[1].timeout: timeout must not be negative: -1s"),
        // Spec 1.3: allowExitCodes within 0 and 255.
        accepted("exit codes", step("name:'a',allowExitCodes:[0,7,255]")),
        refused(
            "exit codes outside",
            step("name:'a',allowExitCodes:[256,1,-1]"),
            "steps[0].allowExitCodes[0]: exit code 256 is not within 0 and 255",
            "steps[0].allowExitCodes[2]: exit code -1 is not within 0 and 255"));
  }

  @ParameterizedTest
  @MethodSource({"names", "argsAndEnv", "otherFields"})
  void aStepIsAcceptedOrRefused(Case tried) {
    assertThat(Checked.problems(tried.json())).isEqualTo(tried.problems());
  }

  @Test
  void anImageNameThatSubstitutionBrokeIsShownAsItWasWritten() {
    // Spec 1.3: an image reference after substitution; a loose build can lose its value.
    assertThat(
            Checked.problems(
                "{steps:[{name:'$_IMAGE:latest'},{name:'${_BUILDER}'}]}",
                "{steps:[{name:':latest'},{name:''}]}"))
        .containsExactly(
            "steps[0].name: invalid build step name \":latest\"; an image name has the form"
                + " [host[:port]/]path[:tag][@sha256:digest] (made from \"$_IMAGE:latest\"; check the"
                + " values of its substitutions)",
            "steps[1].name: invalid build step name \"\"; an image name has the form"
                + " [host[:port]/]path[:tag][@sha256:digest] (made from \"${_BUILDER}\"; check the"
                + " values of its substitutions)");
  }

  @Test
  void argsAreMeasuredAfterSubstitution() {
    // Spec 1.3: the cap is checked after substitution.
    assertThat(
            Checked.problems(
                step("name:'a',args:['$_X']"),
                step("name:'a',args:['" + "x".repeat(10_001) + "']")))
        .singleElement()
        .asString()
        .contains("build step 0 arg 0 too long (max: 10000)");
  }

  private static String step(String fields) {
    return "{steps:[{" + fields + "}]}";
  }

  private static String two(String secondStep) {
    return "steps:[{name:'a'},{name:'b'," + secondStep + "}]";
  }

  private static String steps(int count) {
    return "{steps:[" + String.join(",", Collections.nCopies(count, "{name:'a'}")) + "]}";
  }

  private static String list(int count, String element) {
    return "[" + String.join(",", Collections.nCopies(count, "'" + element + "'")) + "]";
  }
}
