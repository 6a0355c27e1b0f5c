package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.Checked.Case.accepted;
import static dev.groundbuild.runner.config.Checked.Case.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.config.Checked.Case;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StepOrderChecksTest {
  private static final String UNDEFINED = "invalid .steps field: build step #1 - \"b\" depends on ";

  static List<Case> cases() {
    return Checked.table(
        // Spec 1.3: ids are unique, and "-" is reserved.
        accepted("ids", steps("id:'a b/(c)'", "id:'b'", "", "")),
        refused(
            "repeated id",
            steps("id:'a'", "id:'b'", "id:'a'"),
            "steps[2].id: build step #2 - \"a\": the ID is not unique; step #0 has it, too"),
        refused(
            "reserved id",
            steps("id:'-'"),
            "steps[0].id: the id \"-\" is reserved: in waitFor it means to start at once; choose"
                + " another"),
        // Spec 3.5: only earlier steps may be named.
        accepted("chain", steps("id:'a'", "id:'b',waitFor:['a']", "waitFor:['b']")),
        accepted(
            "diamond",
            steps("id:'a'", "id:'b',waitFor:['a']", "id:'c',waitFor:['a']", "waitFor:['b','c']")),
        accepted("start at once", steps("waitFor:['-']", "waitFor:['-']")),
        accepted("empty list", steps("", "waitFor:[]")),
        accepted("repeated target", steps("id:'a'", "waitFor:['a','a']")),
        refused(
            "unknown id",
            steps("id:'a'", "id:'b',waitFor:['deploy']"),
            "steps[1].waitFor[0]: "
                + UNDEFINED
                + "\"deploy\", which has not been defined; no step has that id: give it to the step"
                + " that is meant"),
        refused(
            "mistyped id",
            steps("id:'build'", "id:'b',waitFor:['biuld']"),
            "steps[1].waitFor[0]: "
                + UNDEFINED
                + "\"biuld\", which has not been defined; did you mean \"build\"?"),
        refused(
            "later id",
            steps("id:'a'", "id:'b',waitFor:['c']", "", "id:'c'"),
            "steps[1].waitFor[0]: "
                + UNDEFINED
                + "\"c\", which has not been defined; step #3 defines it later: move that step before"
                + " this one"),
        refused(
            "mistyped later id",
            steps("id:'a'", "id:'b',waitFor:['biuld']", "id:'build'"),
            "steps[1].waitFor[0]: "
                + UNDEFINED
                + "\"biuld\", which has not been defined; did you mean \"build\"? Step #2 defines that"
                + " later: move it before this one"),
        refused(
            "own id",
            steps("id:'a'", "id:'b',waitFor:['b']"),
            "steps[1].waitFor[0]: "
                + UNDEFINED
                + "\"b\", which has not been defined; a step can't wait for itself"),
        refused(
            "empty id in waitFor",
            steps("id:'a'", "id:'b',waitFor:['']"),
            "steps[1].waitFor[0]: "
                + UNDEFINED
                + "\"\", which has not been defined; leave out the empty id"),
        refused(
            "step without an id of its own",
            steps("waitFor:['x']"),
            "steps[0].waitFor[0]: invalid .steps field: build step #0 depends on \"x\", which has"
                + " not been defined; no step has that id: give it to the step that is meant"),
        // Spec 3.5: "-" mixed with ids is ignored.
        refused(
            "dash next to ids",
            steps("id:'a'", "waitFor:['-','a']"),
            "steps[1].waitFor[0]: warning: \"-\" next to other ids has no effect; leave it out"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anOrderIsAcceptedOrRefused(Case tried) {
    assertThat(Checked.problems(tried.json())).isEqualTo(tried.problems());
  }

  private static String steps(String... fields) {
    StringBuilder json = new StringBuilder("{steps:[");
    for (String each : fields) {
      json.append("{name:'x'").append(each.isEmpty() ? "" : "," + each).append("},");
    }
    json.setLength(json.length() - 1);
    return json + "]}";
  }
}
