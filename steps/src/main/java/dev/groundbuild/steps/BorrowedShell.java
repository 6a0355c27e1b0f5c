package dev.groundbuild.steps;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.Undeterred;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A shell for images that have none: the one program of the image busybox. */
final class BorrowedShell {
  private static final List<String> LENDERS =
      List.of("busybox", "busybox:musl", "busybox:uclibc", "busybox:stable");
  private static final String PROGRAM = "/bin/busybox";
  private static final int MOST_BYTES = 16 << 20;

  private static final int ELF = 0x7f454c46;
  private static final int ELF_64 = 2;
  private static final int LITTLE = 1;
  private static final int INTERPRETER = 3;

  private BorrowedShell() {}

  /** The program, if the engine has an image with one that needs no libraries. */
  static Optional<byte[]> from(ContainerEngine engine) {
    return LENDERS.stream()
        .filter(name -> engine.findImage(name).isPresent())
        .flatMap(name -> program(engine, name).stream())
        .filter(BorrowedShell::isStatic)
        .findFirst();
  }

  private static Optional<byte[]> program(ContainerEngine engine, String image) {
    String name = "groundbuild_lender_" + UUID.randomUUID();
    ContainerSpec spec =
        new ContainerSpec(
            name,
            image,
            List.of(PROGRAM),
            List.of(),
            Map.of(),
            "/",
            List.of(),
            null,
            List.of(),
            Privileges.DEFAULT,
            Labels.of(name, Owner.ofThisProcess()),
            List.of());
    String container = engine.create(spec);
    try {
      return engine.readFile(container, PROGRAM, MOST_BYTES);
    } catch (EngineException e) {
      return Optional.empty(); // not a file of its own, as in images that are laid out otherwise
    } finally {
      Undeterred.run(() -> engine.remove(container));
    }
  }

  /** A program of Linux for 64 bits that asks for no loader, by its program headers. */
  static boolean isStatic(byte[] program) {
    ByteBuffer bytes = ByteBuffer.wrap(program);
    if (program.length < 64 || bytes.getInt(0) != ELF || bytes.get(4) != ELF_64) {
      return false;
    }
    bytes.order(bytes.get(5) == LITTLE ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long first = bytes.getLong(32);
    int size = Short.toUnsignedInt(bytes.getShort(54));
    int count = Short.toUnsignedInt(bytes.getShort(56));
    if (first < 0 || first + (long) size * count > program.length || size < Integer.BYTES) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (bytes.getInt((int) first + i * size) == INTERPRETER) {
        return false;
      }
    }
    return true;
  }
}
