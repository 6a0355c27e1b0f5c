package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import java.util.List;

/**
 * Checks a build against every rule and limit of Cloud Build that does not depend on how the text
 * was written (the reader sees to that) or on which substitutions a template uses.
 *
 * <p>The two doors agree on nearly all of them. They differ here:
 *
 * <table>
 * <caption>What each door says, and what we say by default</caption>
 * <tr><th>matter</th><th>SUBMIT</th><th>TRIGGER</th><th>UNION</th></tr>
 * <tr><td>an overridable built-in (such as COMMIT_SHA) under substitutions</td>
 *     <td>refused</td><td>accepted</td><td>warning</td></tr>
 * <tr><td>PROJECT_ID or BUILD_ID under substitutions</td>
 *     <td>refused</td><td>refused</td><td>refused</td></tr>
 * <tr><td>source in the file</td>
 *     <td>refused (without {@code --no-source})</td><td>warning: not used</td><td>warning</td></tr>
 * <tr><td>serviceAccount without a choice of where logs go</td>
 *     <td>refused (without {@code --gcs-log-dir})</td><td>refused</td><td>warning</td></tr>
 * </table>
 *
 * <p>The last row is the one place where the union is wider than both doors: the choice matters in
 * the cloud only, and a flag of the submitting command can make it.
 */
public final class BuildChecks {
  private BuildChecks() {}

  /**
   * Every problem of the build, in the order of the text.
   *
   * @param config the text as it was read; what its reader has refused already is not said again
   * @param build the same build after substitution: the same fields under the same paths
   */
  public static List<Problem> check(BuildConfig config, Build build, Door door) {
    Findings findings = new Findings(config, door);
    if (findings.isUnreadable("")) {
      return List.of();
    }
    new FieldChecks(config, findings).check();
    new BuildRules(config, build, findings).check();
    new SubstitutionChecks(config, findings).check();
    new StepChecks(config, build, findings).check();
    new StepOrderChecks(build, findings).check();
    new VolumeChecks(build, findings).check();
    new SecretChecks(build, findings).check();
    new ArtifactChecks(config, build, findings).check();
    return findings.inTextOrder();
  }
}
