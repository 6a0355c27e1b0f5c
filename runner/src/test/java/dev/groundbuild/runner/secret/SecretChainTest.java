package dev.groundbuild.runner.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.InlineSecret;
import com.google.cloudbuild.v1.Secret;
import com.google.cloudbuild.v1.SecretManagerSecret;
import com.google.protobuf.ByteString;
import dev.groundbuild.runner.SecretException;
import dev.groundbuild.runner.secret.SecretChain.Searched;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretChainTest {
  private static final String KEY = "projects/p/locations/l/keyRings/r/cryptoKeys/k";
  private static final String VERSION = "projects/p/secrets/api-key/versions/latest";

  @TempDir private Path folder;
  private final List<String> said = new ArrayList<>();
  private final List<SecretProvider> places = new ArrayList<>();
  private FakeGoogle google;

  @BeforeEach
  void open() throws IOException {
    google = new FakeGoogle();
  }

  @AfterEach
  void close() {
    google.close();
  }

  private static Build stored(String... namesAndVersions) {
    Build.Builder build = Build.newBuilder();
    for (int i = 0; i < namesAndVersions.length; i += 2) {
      build
          .getAvailableSecretsBuilder()
          .addSecretManager(
              SecretManagerSecret.newBuilder()
                  .setEnv(namesAndVersions[i])
                  .setVersionName(namesAndVersions[i + 1]));
    }
    return build.build();
  }

  private static Build encrypted(String env, String value) {
    ByteString cipher = ByteString.copyFrom(FakeGoogle.encrypted(value.getBytes(UTF_8)));
    Build.Builder build = Build.newBuilder();
    build
        .getAvailableSecretsBuilder()
        .addInline(InlineSecret.newBuilder().setKmsKeyName(KEY).putEnvMap(env, cipher));
    return build.build();
  }

  private SecretChain chain() {
    return SecretChain.of(() -> places, google.env());
  }

  private Map<String, String> fetch(Build build, String... names) {
    return chain().fetch(build, Set.of(names), said::add);
  }

  private GivenSecrets given(Map<String, String> env, String... given) {
    return GivenSecrets.parse(
        List.of(given),
        name -> Optional.ofNullable(env.get(name)).map(v -> v.getBytes(UTF_8)),
        folder::resolve);
  }

  private Path file(String name, String mode, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @Test
  void everySecretThatIsWantedIsFetchedOnceAndByteByByte() {
    Map<String, String> values = new HashMap<>();
    values.put("A", "line\n\r\n\uFEFFmiddle$X \"q\" 'q' ä€\n");
    values.put("B", "\uFEFFwith a mark");
    values.put("C", "");
    List<String> names = new ArrayList<>();
    values.forEach((env, value) -> {
      String version = "projects/p/secrets/" + env + "/versions/3";
      google.version(version, value.getBytes(UTF_8));
      names.addAll(List.of(env, version));
    });
    names.addAll(List.of("UNWANTED", "projects/p/secrets/unwanted/versions/1"));
    assertThat(fetch(stored(names.toArray(String[]::new)), "A", "B", "C")).isEqualTo(values);
    assertThat(google.asked())
        .containsExactlyInAnyOrder(
            "projects/p/secrets/A/versions/3",
            "projects/p/secrets/B/versions/3",
            "projects/p/secrets/C/versions/3");
  }

  @Test
  void whatTheConfigHoldsEncryptedIsDecryptedByItsKey() {
    assertThat(fetch(encrypted("TOKEN", "a\nb"), "TOKEN")).isEqualTo(Map.of("TOKEN", "a\nb"));
    ByteString cipher = ByteString.copyFrom(FakeGoogle.encrypted("old".getBytes(UTF_8)));
    Build legacy =
        Build.newBuilder()
            .addSecrets(Secret.newBuilder().setKmsKeyName(KEY).putSecretEnv("OLD", cipher))
            .build();
    assertThat(fetch(legacy, "OLD")).isEqualTo(Map.of("OLD", "old"));
    assertThat(google.asked()).containsOnly(KEY);
  }

  @Test
  void whatPassesIsTriedAgainAndNothingElse() {
    google
        .version(VERSION, "v".getBytes(UTF_8))
        .fail(VERSION, Status.UNAVAILABLE, Status.UNAVAILABLE);
    assertThat(fetch(stored("A", VERSION), "A")).isEqualTo(Map.of("A", "v"));
    assertThat(google.asked()).hasSize(3);
    google.refuse(VERSION, Status.PERMISSION_DENIED);
    assertThatThrownBy(() -> fetch(stored("A", VERSION), "A")).isInstanceOf(SecretException.class);
    assertThat(google.asked()).hasSize(4);
  }

  private String problem(Build build, String... names) {
    try {
      return fetch(build, names).toString();
    } catch (SecretException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void whatIsMissingIsSaidWithTheCommandThatMendsIt() {
    assertThat(problem(stored("A", VERSION), "A"))
        .isEqualTo(
            "secret A (projects/p/secrets/api-key/versions/latest): Secret Manager has no such secret or"
                + " version: gcloud secrets create api-key --project=p --data-file=FILE, or gcloud secrets"
                + " versions add, if the secret is there and has no such version");
    google.refuse(VERSION, Status.PERMISSION_DENIED.withDescription("Permission denied"));
    assertThat(problem(stored("A", VERSION), "A"))
        .isEqualTo(
            "secret A (projects/p/secrets/api-key/versions/latest): Secret Manager does not let the user of"
                + " the application default credentials read it: gcloud secrets add-iam-policy-binding"
                + " api-key --project=p --role=roles/secretmanager.secretAccessor --member=user:EMAIL");
    google.refuse(VERSION, Status.FAILED_PRECONDITION.withDescription("is in DISABLED state"));
    assertThat(problem(stored("A", VERSION), "A"))
        .contains("gcloud secrets versions enable latest --secret=api-key --project=p");
    google.refuse(KEY, Status.PERMISSION_DENIED);
    assertThat(problem(encrypted("T", "x"), "T"))
        .contains(
            "gcloud kms keys add-iam-policy-binding k --keyring=r --location=l --project=p"
                + " --role=roles/cloudkms.cryptoKeyDecrypter --member=user:EMAIL");
    google.refuse(KEY, Status.INVALID_ARGUMENT.withDescription("Decryption failed"));
    assertThat(problem(encrypted("T", "x"), "T")).contains("was not encrypted with this key");
    assertThat(problem(stored("A", "projects/p/secrets/x"), "A"))
        .contains("write projects/PROJECT/secrets/SECRET/versions/VERSION");
  }

  @Test
  void allProblemsAreSaid() {
    assertThat(problem(stored("A", VERSION, "B", "projects/p/secrets/b/versions/1"), "A", "B"))
        .startsWith("secret A (")
        .endsWith(" (and 1 more, above)");
    assertThat(said).singleElement().asString().startsWith("secret B (");
  }

  @Test
  void theFirstPlaceThatHasItCounts() throws Exception {
    google.version(VERSION, "cloud".getBytes(UTF_8));
    Build build = stored("A", VERSION);
    try (FakeVault vault = new FakeVault().put("groundbuild/api-key", Map.of("value", "vault"))) {
      Path list = file("secrets.yaml", "rw-------", "api-key: 'listed'\n");
      places.add(VaultSecrets.of(vaultEnv(vault), folder).orElseThrow());
      assertThat(fetch(build, "A")).containsValue("vault");
      places.addFirst(ListedSecrets.read(list, "secrets.yaml"));
      assertThat(fetch(build, "A")).containsValue("listed");
      places.addFirst(given(Map.of("V", "given"), "A=env:V"));
      assertThat(fetch(build, "A")).containsValue("given");
      assertThat(google.asked()).isEmpty();
      places.clear();
      assertThat(fetch(build, "A")).containsValue("cloud");
    }
  }

  @Test
  void aStandbyOfVaultSendsUsToTheActiveOne() throws Exception {
    Build build = stored("A", VERSION);
    try (FakeVault active = new FakeVault().put("groundbuild/api-key", Map.of("value", "vault"));
        FakeVault standby = new FakeVault().standbyOf(active.address())) {
      places.add(VaultSecrets.of(vaultEnv(standby), folder).orElseThrow());
      assertThat(fetch(build, "A")).containsValue("vault");
      active.standbyOf(standby.address());
      assertThat(problem(build, "A")).contains("it answers 307");
    }
  }

  private static Map<String, String> vaultEnv(FakeVault vault) {
    return Map.of("VAULT_ADDR", vault.address(), "VAULT_TOKEN", FakeVault.TOKEN);
  }

  @Test
  void vaultGivesTheTextCalledValueOrTheOnlyOne() throws Exception {
    Build build =
        stored("A", "projects/p/secrets/a b/versions/2", "B", "projects/p/secrets/b/versions/1");
    try (FakeVault vault =
        new FakeVault()
            .put("groundbuild/a b", Map.of("value", "1\n\"ä\"", "other", "x"))
            .put("groundbuild/b", Map.of("pw", "2"))) {
      Files.writeString(folder.resolve(".vault-token"), FakeVault.TOKEN + "\n");
      places.add(
          VaultSecrets.of(Map.of("VAULT_ADDR", vault.address() + "/"), folder).orElseThrow());
      vault.fail(503, 429);
      assertThat(fetch(build, "A", "B")).isEqualTo(Map.of("A", "1\n\"ä\"", "B", "2"));
      vault.put("groundbuild/b", Map.of("x", "1", "y", "2"));
      assertThat(problem(build, "B")).contains("has the keys x, y, and none of them is the text");
      vault.forbid("groundbuild/b");
      assertThat(problem(build, "B"))
          .contains("path \"secret/data/groundbuild/b\" { capabilities = [\"read\"] }")
          .doesNotContain(FakeVault.TOKEN);
      vault.fail(503, 503, 503, 503);
      assertThat(problem(build, "B")).contains("it answers 503");
    }
    assertThat(problem(build, "B")).contains("Vault at 127.0.0.1: ");
    assertThat(VaultSecrets.of(Map.of(), folder)).isEmpty();
    assertThatThrownBy(() -> VaultSecrets.of(Map.of("VAULT_ADDR", "vault"), folder))
        .hasMessageContaining("such as https://vault.example.com:8200");
  }

  @Test
  void aSecretIsGivenByAnyOfItsNames() throws IOException {
    file("v", "rw-r--r--", "from a file\n");
    Build build = stored("A", VERSION);
    for (String name : List.of("A", "api-key", "projects/p/secrets/api-key", VERSION)) {
      places.clear();
      places.add(given(Map.of(), name + "=file:v"));
      assertThat(fetch(build, "A")).containsValue("from a file\n");
    }
    assertThat(given(Map.of(), "api-kex=file:v").unknown(build)).containsExactly("api-kex");
    places.clear();
    places.add(given(Map.of(), "A=file:gone"));
    assertThat(problem(build, "A")).contains("gone can't be read: no such file");
    places.set(0, given(Map.of(), "A=env:GONE"));
    assertThat(problem(build, "A")).contains("the variable GONE is not set");
    assertThatThrownBy(() -> given(Map.of(), "A=hunter2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--secret A: NAME=env:VARIABLE or NAME=file:PATH is wanted")
        .message()
        .doesNotContain("hunter2");
  }

  @Test
  void aListedValueIsTakenAsItIsWritten() throws IOException {
    file("key.pem", "rw-------", "-----BEGIN\r\nx\n");
    Path list =
        file(
            "secrets.yaml",
            "rw-------",
            """
            # mine
            A: 0123
            projects/p/secrets/b: "tab\\t line\\r\\n \\uFEFF$X"
            C: {file: key.pem}
            D: !!binary YWI=
            E: |
              two
              lines
            F: ''
            """);
    places.add(ListedSecrets.read(list, "secrets.yaml"));
    List<String> names = new ArrayList<>();
    for (String env : List.of("A", "b", "C", "D", "E", "F")) {
      names.addAll(List.of(env, "projects/p/secrets/" + env + "/versions/1"));
    }
    assertThat(fetch(stored(names.toArray(String[]::new)), "A", "b", "C", "D", "E", "F"))
        .isEqualTo(
            Map.of(
                "A", "0123",
                "b", "tab\t line\r\n \uFEFF$X",
                "C", "-----BEGIN\r\nx\n",
                "D", "ab",
                "E", "two\nlines\n",
                "F", ""));
  }

  private String refused(Path list) {
    try {
      return ListedSecrets.read(list, list.getFileName().toString()).toString();
    } catch (SecretException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void aListSaysWhereItIsWrongAndNothingOfItsValues() throws IOException {
    assertThat(refused(file("l.yaml", "rw-------", "A: *hunter2\n")))
        .startsWith("l.yaml:1:4: not valid YAML; write NAME: 'value'")
        .doesNotContain("hunter2");
    assertThat(
            refused(
                file("l.yaml", "rw-------", "A: 1\nB: [hunter2]\nA: 2\nC:\nD: {path: hunter2}\n")))
        .isEqualTo(
            "l.yaml:2:4: the value of \"B\" must be a text or {file: PATH}; l.yaml:3:1: \"A\" is given"
                + " twice; l.yaml:4:3: \"C\" has no value; write '' for an empty one; l.yaml:5:4: a secret"
                + " is a text, or has the one key file: {file: PATH}");
    assertThat(refused(file("l.yaml", "rw-------", "hunter2\n"))).doesNotContain("hunter2");
    assertThat(refused(file("l.yaml", "rw-------", "# nothing\n"))).isEqualTo("l.yaml");
  }

  @Test
  void aListThatOthersCanReadIsRefused() throws Exception {
    assertThat(refused(file("l.yaml", "rw-r--r--", "A: 1\n")))
        .isEqualTo("l.yaml holds secrets, and others may read it: chmod 600 l.yaml");
    assertThat(refused(file("l.yaml", "rw-r-----", "A: 1\n"))).contains("chmod 600");
    Path list = file("l.yaml", "rw-------", "A: 1\n");
    try (Git git = Git.init().setDirectory(folder.toFile()).call()) {
      assertThat(refused(list)).isEqualTo("l.yaml");
      git.add().addFilepattern("l.yaml").call();
      assertThat(refused(list))
          .startsWith("l.yaml is tracked by git")
          .contains("git rm --cached l.yaml && echo /l.yaml >> .gitignore");
    }
  }

  @Test
  void aValueThatNoVariableCanHaveIsRefusedByName() {
    google.version(VERSION, new byte[] {'a', 0, 'b'});
    assertThat(problem(stored("A", VERSION), "A"))
        .contains("secret A (", "holds a NUL byte (at 1)");
    google.version(VERSION, new byte[] {'a', (byte) 0xff});
    assertThat(problem(stored("A", VERSION), "A")).contains("is not UTF-8");
    google.version(VERSION, new byte[65537]);
    assertThat(problem(stored("A", VERSION), "A"))
        .contains("has 65537 bytes, and a variable takes 65536");
    google.version(VERSION, "x".repeat(65536).getBytes(UTF_8));
    assertThat(fetch(stored("A", VERSION), "A").get("A")).hasSize(65536);
  }

  @Test
  void aSearchSaysWhereEachIsAndNoValue() throws IOException {
    google.version(VERSION, "hunter2".getBytes(UTF_8));
    places.add(given(Map.of("V", "hunter3"), "B=env:V"));
    Build build =
        stored(
            "A",
            VERSION,
            "B",
            "projects/p/secrets/b/versions/1",
            "C",
            "projects/p/secrets/c/versions/1");
    List<Searched> searched = chain().search(build, Set.of("A", "B", "C"));
    assertThat(searched).extracting(Searched::env).containsExactly("A", "B", "C");
    assertThat(searched.get(0).from()).contains("Secret Manager");
    assertThat(searched.get(1).from()).contains("--secret, env:V");
    assertThat(searched.get(2).problem().orElse("")).contains("gcloud secrets create c");
    assertThat(searched.toString()).doesNotContain("hunter");
  }

  @Test
  void anInterruptEndsTheAsking() throws Exception {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> fetch(stored("A", VERSION), "A"))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
