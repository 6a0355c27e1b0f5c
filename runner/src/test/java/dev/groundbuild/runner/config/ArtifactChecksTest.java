package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.Checked.Case.accepted;
import static dev.groundbuild.runner.config.Checked.Case.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.config.Checked.Case;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Spec 1.7. */
class ArtifactChecksTest {
  static List<Case> images() {
    return Checked.table(
        accepted("image", build("images:['gcr.io/p/i:Tag','gcr.io/p/j']")),
        refused(
            "bad image",
            build("images:['gcr.io/p/i','gcr.io/p/Image']"),
            "images[1]: invalid image name \"gcr.io/p/Image\" contains uppercase letters; write"
                + " \"gcr.io/p/image\""),
        refused(
            "empty image",
            build("images:['']"),
            "images[0]: invalid image name \"\"; an image name has the form"
                + " [host[:port]/]path[:tag][@sha256:digest]"),
        accepted("100 images", build("images:[" + numbers(100, "i") + "]")),
        refused(
            "101 images",
            build("images:[" + numbers(101, "i") + "]"),
            "images[100]: 101 images are too many (max: 100)"),
        refused(
            "image of 1001",
            build("images:['" + "a".repeat(1001) + "']"),
            "images[0]: image name too long: 1001 characters (max: 1000)"),
        accepted("the same in both places", build("images:['a'],artifacts:{images:['a']}")),
        accepted("in the second place", build("artifacts:{images:['a']}")),
        refused(
            "different in both places",
            build("images:['a'],artifacts:{images:['a','b']}"),
            "artifacts.images: images and artifacts.images are the same field and must be equal;"
                + " keep one of them"),
        refused(
            "bad image in the second place",
            build("artifacts:{images:['u::l']}"),
            "artifacts.images[0]: invalid image name \"u::l\"; an image name has the form"
                + " [host[:port]/]path[:tag][@sha256:digest]"));
  }

  static List<Case> objects() {
    return Checked.table(
        accepted("objects", objects("location:'gs://b',paths:['build/**','./x']")),
        refused(
            "no location",
            objects("paths:['x']"),
            "artifacts.objects.location: artifacts.objects needs a location: gs://BUCKET/PATH/"),
        refused(
            "another scheme",
            objects("location:'s3://b',paths:['x']"),
            "artifacts.objects.location: location \"s3://b\" must start with gs:// and a bucket"),
        refused(
            "no bucket",
            objects("location:'gs://',paths:['x']"),
            "artifacts.objects.location: location \"gs://\" must start with gs:// and a bucket"),
        refused(
            "no paths",
            objects("location:'gs://b'"),
            "artifacts.objects.paths: artifacts.objects needs paths: the files to upload"),
        accepted("100 paths", objects("location:'gs://b',paths:[" + numbers(100, "p") + "]")),
        refused(
            "101 paths",
            objects("location:'gs://b',paths:[" + numbers(101, "p") + "]"),
            "artifacts.objects.paths[100]: 101 paths are too many (max: 100)"),
        refused(
            "path with a space",
            objects("location:'gs://b',paths:['x','a b']"),
            "artifacts.objects.paths[1]: path \"a b\" must not contain whitespace"),
        refused(
            "path twice",
            objects("location:'gs://b',paths:['x','y','x']"),
            "artifacts.objects.paths[2]: path \"x\" is listed twice"));
  }

  static List<Case> packages() {
    return Checked.table(
        accepted(
            "packages",
            build(
                "artifacts:{mavenArtifacts:[{repository:'r',path:'p'}],"
                    + "pythonPackages:[{repository:'r',paths:['dist/*']}],"
                    + "npmPackages:[{repository:'r',packagePath:'p'}],"
                    + "goModules:[{modulePath:'m'}]}")),
        refused(
            "packages without a repository",
            build("artifacts:{mavenArtifacts:[{}],pythonPackages:[{}],npmPackages:[{}]}"),
            "artifacts.mavenArtifacts[0].repository: a package needs the repository that it goes to",
            "artifacts.pythonPackages[0].repository: a package needs the repository that it goes to",
            "artifacts.pythonPackages[0].paths: a Python package needs paths: the files to upload",
            "artifacts.npmPackages[0].repository: a package needs the repository that it goes to"));
  }

  @ParameterizedTest
  @MethodSource({"images", "objects", "packages"})
  void artifactsAreAcceptedOrRefused(Case tried) {
    assertThat(Checked.problems(tried.json())).isEqualTo(tried.problems());
  }

  @Test
  void whatSubstitutionMadeOfALocationIsShown() {
    assertThat(
            Checked.problems(
                objects("location:'$_DIR',paths:['x']"), objects("location:'out',paths:['x']")))
        .containsExactly(
            "artifacts.objects.location: location \"out\" must start with gs:// and a bucket (made"
                + " from \"$_DIR\"; check the values of its substitutions)");
  }

  private static String build(String fields) {
    return "{steps:[{name:'x'}]," + fields + "}";
  }

  private static String objects(String fields) {
    return build("artifacts:{objects:{" + fields + "}}");
  }

  private static String numbers(int count, String prefix) {
    return IntStream.range(0, count)
        .mapToObj(i -> "'" + prefix + i + "'")
        .collect(Collectors.joining(","));
  }
}
