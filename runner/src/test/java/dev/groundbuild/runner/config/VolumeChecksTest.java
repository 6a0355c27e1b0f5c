package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.Checked.Case.accepted;
import static dev.groundbuild.runner.config.Checked.Case.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.config.Checked.Case;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Spec 1.5, all of it. */
class VolumeChecksTest {
  static List<Case> cases() {
    return Checked.table(
        accepted("shared volume", both("{name:'go',path:'/go'}")),
        accepted(
            "the same volume at two paths",
            steps("{name:'go',path:'/go'}", "{name:'go',path:'/root/go'}")),
        accepted("inside a reserved folder", both("{name:'cc',path:'/builder/home/.cargo'}")),
        accepted("inside the workspace", both("{name:'cc',path:'/workspace/sub'}")),
        accepted("every letter of the alphabet", both("{name:'0A_.-',path:'/x/'}")),
        refused(
            "one letter",
            both("{name:'h',path:'/h'}"),
            name(0, 0) + "invalid volume name \"h\": " + FORM,
            name(1, 0) + "invalid volume name \"h\": " + FORM),
        refused(
            "bad letters",
            both("{name:'-a b',path:'/h'}"),
            name(0, 0) + "invalid volume name \"-a b\": " + FORM,
            name(1, 0) + "invalid volume name \"-a b\": " + FORM),
        refused("no name", steps("{path:'/h'}", ""), name(0, 0) + "a volume needs a name"),
        refused(
            "no path",
            both("{name:'go'}"),
            path(0, 0) + "a volume needs a path: where it is mounted",
            path(1, 0) + "a volume needs a path: where it is mounted"),
        refused(
            "relative path",
            steps("{name:'go',path:'go'}", "{name:'go',path:'/go'}"),
            path(0, 0) + "volume path \"go\" must be absolute"),
        refused(
            "reserved paths",
            steps(
                "{name:'v1',path:'/workspace'},{name:'v2',path:'/builder/home/'}",
                "{name:'v1',path:'/var//run/./docker.sock'},{name:'v2',path:'/a/../cloudbuild/x'}"),
            path(0, 0) + reserved("/workspace"),
            path(0, 1) + reserved("/builder/home/"),
            path(1, 0) + reserved("/var//run/./docker.sock"),
            path(1, 1) + reserved("/a/../cloudbuild/x")),
        refused(
            "name twice in a step",
            steps("{name:'go',path:'/a'},{name:'go',path:'/b'}", "{name:'go',path:'/a'}"),
            name(0, 1) + "volume \"go\" is listed twice"),
        refused(
            "path twice in a step",
            steps(
                "{name:'v1',path:'/a'},{name:'v2',path:'/a/'}",
                "{name:'v1',path:'/a'},{name:'v2',path:'/b'}"),
            path(0, 1) + "two volumes have the path \"/a/\""),
        refused(
            "used once",
            steps("{name:'ssh',path:'/root/.ssh'}", ""),
            name(0, 0) + "volume \"ssh\" is used by one step only, and at least two must share it"),
        refused(
            "used by one step twice",
            steps("{name:'ssh',path:'/a'},{name:'ssh',path:'/b'}", ""),
            name(0, 1) + "volume \"ssh\" is listed twice",
            name(0, 0) + "volume \"ssh\" is used by one step only, and at least two must share it"),
        refused(
            "mistyped",
            steps("{name:'cache',path:'/c'}", "{name:'cahce',path:'/c'}"),
            name(0, 0)
                + "volume \"cache\" is used by one step only, and at least two must share it; did"
                + " you mean \"cahce\"?",
            name(1, 0)
                + "volume \"cahce\" is used by one step only, and at least two must share it; did"
                + " you mean \"cache\"?"),
        accepted("global", "{steps:[{name:'a'},{name:'b'}]," + global("{name:'go',path:'/go'}")),
        refused(
            "global with one step",
            "{steps:[{name:'a'}]," + global("{name:'go',path:'/go'}"),
            "options.volumes: volumes of the whole build need at least two steps, and there is one;"
                + " leave them out"),
        refused(
            "global with a reserved path",
            "{steps:[{name:'a'},{name:'b'}]," + global("{name:'go',path:'/workspace'}"),
            "options.volumes[0].path: " + reserved("/workspace")),
        refused(
            "global twice",
            "{steps:[{name:'a'},{name:'b'}],"
                + global("{name:'go',path:'/go'},{name:'go',path:'/x'}"),
            "options.volumes[1].name: volume \"go\" is listed twice"),
        refused(
            "global and step share a name",
            "{steps:[{name:'a',volumes:[{name:'go',path:'/x'}]},{name:'b'}],"
                + global("{name:'go',path:'/go'}"),
            name(0, 0)
                + "options.volumes has a volume \"go\", too; every step has that one already"),
        refused(
            "global and step share a path",
            "{steps:[{name:'a',volumes:[{name:'v1',path:'/go/'}]},"
                + "{name:'b',volumes:[{name:'v1',path:'/x'}]}],"
                + global("{name:'go',path:'/go'}"),
            path(0, 0) + "volume \"go\" of options.volumes has the path \"/go/\", too"));
  }

  private static final String FORM =
      "it must match [a-zA-Z0-9][a-zA-Z0-9_.-]+, so have at least two characters";

  @ParameterizedTest
  @MethodSource("cases")
  void volumesAreAcceptedOrRefused(Case tried) {
    assertThat(Checked.problems(tried.json())).isEqualTo(tried.problems());
  }

  private static String both(String volumes) {
    return steps(volumes, volumes);
  }

  private static String steps(String first, String second) {
    return "{steps:[{name:'a',volumes:[" + first + "]},{name:'b',volumes:[" + second + "]}]}";
  }

  private static String global(String volumes) {
    return "options:{volumes:[" + volumes + "]}}";
  }

  private static String name(int step, int volume) {
    return "steps[" + step + "].volumes[" + volume + "].name: ";
  }

  private static String path(int step, int volume) {
    return "steps[" + step + "].volumes[" + volume + "].path: ";
  }

  private static String reserved(String path) {
    return "volume path \"" + path + "\" is reserved by Cloud Build; choose another";
  }
}
