package dev.groundbuild.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.Mount;
import dev.groundbuild.steps.fake.FakeEngine;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * On a real engine, beside whatever else is on it; what would reach for others' things, on a fake.
 */
@Timeout(60)
class LeftoversTest {
  private ContainerEngine engine = DockerEngine.ofEnvironment();
  private static final Instant EVER = Instant.ofEpochSecond(999_999_999_999L);

  private final Owner self = Owner.ofThisProcess();
  private final String build = UUID.randomUUID().toString();
  private final String other = UUID.randomUUID().toString();

  @AfterEach
  void nothingIsLeft() {
    Leftovers.removeBuild(engine, build);
    Leftovers.removeBuild(engine, other);
    assertThat(ofBuild(build)).isEmpty();
    assertThat(ofBuild(other)).isEmpty();
    engine.close();
  }

  @Test
  void whatADeadProcessMadeIsRemovedAndWhatALivingOneMadeStays() {
    make(build, new Owner(self.host(), self.pid(), "1"));
    make(other, self);
    List<Owned> removed = Leftovers.removeDead(engine);
    assertThat(removed)
        .filteredOn(o -> build.equals(o.labels().get(Labels.BUILD)))
        .extracting(Owned::type)
        .containsExactly(Owned.Type.CONTAINER, Owned.Type.NETWORK, Owned.Type.VOLUME);
    assertThat(removed).noneMatch(o -> other.equals(o.labels().get(Labels.BUILD)));
    assertThat(ofBuild(build)).isEmpty();
    assertThat(ofBuild(other)).hasSize(3);
  }

  @Test
  void whatAnotherHostMadeStaysUntilItIsAskedFor() {
    useFake();
    make(build, new Owner("elsewhere-" + build, 1, "1"));
    make(other, self);
    assertThat(Leftovers.removeDead(engine))
        .noneMatch(o -> build.equals(o.labels().get(Labels.BUILD)));
    assertThat(ofBuild(build)).hasSize(3);
    Leftovers.removeForeign(engine);
    assertThat(ofBuild(build)).isEmpty();
    assertThat(ofBuild(other)).hasSize(3);
  }

  @Test
  void whatCarriesNoOwnerThatWeKnowIsNobodysToRemove() {
    useFake();
    engine.createVolume(
        "groundbuild_" + build, Map.of(Labels.BUILD, build, Labels.OWNER, "somebody"));
    Leftovers.removeDead(engine);
    Leftovers.removeForeign(engine);
    assertThat(ofBuild(build)).hasSize(1);
  }

  @Test
  void volumesOfADeadProcessStayUntilTheTimeOnTheirKeeper() {
    useFake();
    Owner dead = new Owner(self.host(), self.pid(), "1");
    Instant until = Instant.ofEpochSecond(2_000_000_000);
    Workspace workspace =
        Workspace.create(engine, build, Labels.of(build, dead), Optional.empty(), List.of("cache"));
    workspace.keep(until.minusSeconds(10));
    workspace.keep(until);
    assertThat(ofBuild(build)).hasSize(5); // three volumes, the holder, the keeper

    Leftovers.removeDead(engine, until.minusSeconds(1));
    assertThat(ofBuild(build)).hasSize(4);
    assertThat(Workspace.isKept(engine, build)).isTrue();

    Leftovers.removeDead(engine, until);
    assertThat(ofBuild(build)).isEmpty();
  }

  @Test
  void volumesOfADeadProcessStayWhileALivingOneUsesThem() {
    useFake();
    Owner dead = new Owner(self.host(), self.pid(), "1");
    Workspace.create(engine, build, Labels.of(build, dead), Optional.empty(), List.of()).keep(EVER);
    Leftovers.removeDead(engine);
    Workspace.open(engine, build, Labels.of(build, self), Optional.empty(), List.of("more"));

    Leftovers.removeKept(engine);

    assertThat(ofBuild(build)).extracting(Owned::type).containsOnlyOnce(Owned.Type.CONTAINER);
    assertThat(ofBuild(build)).hasSize(4);
  }

  @Test
  void whatIsKeptGoesWhenItIsAskedFor() {
    useFake();
    Owner dead = new Owner(self.host(), self.pid(), "1");
    Workspace.create(engine, build, Labels.of(build, dead), Optional.empty(), List.of()).keep(EVER);
    Leftovers.removeKept(engine);
    assertThat(ofBuild(build)).isEmpty();
  }

  @Test
  void whatIsKeptStaysWithTheBuildsVolumesUntilItsTimeIsOver() {
    useFake();
    make(build, new Owner(self.host(), self.pid(), "1"));
    String container = ofBuild(build).getFirst().id();
    String image = keep(container, Instant.MAX.minusSeconds(1).getEpochSecond());
    assertThat(Leftovers.removeDead(engine))
        .extracting(Owned::type)
        .containsExactly(Owned.Type.CONTAINER, Owned.Type.NETWORK);
    assertThat(Leftovers.removeBuild(engine, build)).isEmpty();
    assertThat(ofBuild(build))
        .extracting(Owned::type)
        .containsExactlyInAnyOrder(Owned.Type.VOLUME, Owned.Type.IMAGE);
    engine.removeImage(image);

    make(other, new Owner(self.host(), self.pid(), "1"));
    keep(ofBuild(other).getFirst().id(), 1);
    Leftovers.removeDead(engine);
    assertThat(ofBuild(other)).isEmpty();
    assertThat(ofBuild(build)).isEmpty();
  }

  private String keep(String container, long until) {
    Map<String, String> labels =
        new TreeMap<>(
            engine.owned(Labels.OWNER, Optional.empty()).stream()
                .filter(o -> o.id().equals(container))
                .findFirst()
                .orElseThrow()
                .labels());
    labels.put(Labels.KEPT_UNTIL, Long.toString(until));
    return engine.snapshot(container, UUID.randomUUID().toString(), labels, Set.of());
  }

  private void useFake() {
    engine.close();
    engine = new FakeEngine();
  }

  private List<Owned> ofBuild(String id) {
    return engine.owned(Labels.BUILD, Optional.of(id));
  }

  /** A container on a network with a volume, all in use. */
  private void make(String id, Owner owner) {
    Map<String, String> labels = Labels.of(id, owner);
    String name = "groundbuild_" + id;
    String network = engine.createNetwork(name, labels);
    Map<String, String> ofVolume = new TreeMap<>(labels);
    ofVolume.put(Labels.VOLUME, "workspace");
    engine.createVolume(name, ofVolume);
    String container =
        engine.create(
            new ContainerSpec(
                name,
                TestImage.name(),
                List.of("sleep", "600"),
                List.of(),
                Map.of("SLEEP", "600"),
                "/",
                List.of(new Mount.OfVolume(name, "/volume")),
                network,
                List.of(),
                Privileges.DEFAULT,
                labels,
                List.of()));
    engine.start(container);
  }
}
