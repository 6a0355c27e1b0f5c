package dev.groundbuild.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import dev.groundbuild.steps.docker.PrivilegeProbe.Grant;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PrivilegeProbeTest {
  @Test
  void anEngineThatGrantsEverythingIsAskedOnce() {
    assertThat(
            PrivilegeProbe.of(false, (privileges, without) -> privileges == Privileges.PRIVILEGED))
        .isEqualTo(new Grant(Privileges.PRIVILEGED, Set.of()));
  }

  @Test
  void whateverCapabilitiesAreRefusedAreFoundAndNoOther() {
    Set<Capability> refused =
        Set.of(Capability.SYS_RESOURCE, Capability.SYS_TIME, Capability.AUDIT_CONTROL);
    Grant grant =
        PrivilegeProbe.of(
            false,
            (privileges, without) ->
                privileges == Privileges.ALL_GRANTABLE && without.containsAll(refused));
    assertThat(grant.most()).isEqualTo(Privileges.ALL_GRANTABLE);
    assertThat(grant.refused()).isEqualTo(refused);
  }

  @Test
  void theEngineOfThisMachineHasWhatWeHave() {
    Set<Capability> missing = PrivilegeProbe.missingHere();
    Grant grant =
        PrivilegeProbe.of(
            true,
            (privileges, without) -> {
              throw new AssertionError("nobody need be asked");
            });
    assertThat(grant.refused()).isEqualTo(missing);
    assertThat(grant.most())
        .isEqualTo(missing.isEmpty() ? Privileges.PRIVILEGED : Privileges.ALL_GRANTABLE);
  }
}
