package dev.groundbuild.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class OwnerTest {
  @Test
  void whatIsWrittenIsRead() {
    Owner self = Owner.ofThisProcess();
    assertThat(Owner.parse(self.toString())).contains(self);
  }

  @Test
  void whatIsNoOwnerIsNone() {
    for (String text : new String[] {"", "host", "host/pid/start", "host/1", "a/1/2/3", "h/-1/2"}) {
      assertThat(Owner.parse(text)).as(text).isEmpty();
    }
  }

  @Test
  void thisProcessLives() {
    assertThat(Owner.ofThisProcess().isDead()).isFalse();
  }

  @Test
  void anEarlierProcessWithOurNumberIsDead() {
    Owner self = Owner.ofThisProcess();
    assertThat(new Owner(self.host(), self.pid(), "1").isDead()).isTrue();
  }

  @Test
  void nothingIsKnownOfAnotherHost() {
    Owner self = Owner.ofThisProcess();
    assertThat(new Owner("elsewhere", self.pid(), "1").isDead()).isFalse();
  }

  @Test
  void aProcessThatEndedIsDead() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sleep", "600").start();
    String own = Owner.ofThisProcess().host();
    String started = Owner.startOf(process.pid()).orElseThrow();
    Owner owner = new Owner(own, process.pid(), started);
    assertThat(owner.isDead()).isFalse();
    process.destroyForcibly();
    process.waitFor();
    assertThat(owner.isDead()).isTrue();
  }
}
