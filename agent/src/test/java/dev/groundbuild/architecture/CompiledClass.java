package dev.groundbuild.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a class file says about its class.
 *
 * @param name such as {@code dev.groundbuild.runner.PlanGraph$Arrow}
 * @param uses every class named in its code, fields, signatures and annotations
 * @param locks whether it has a synchronized method or block, or a volatile field
 */
record CompiledClass(String name, Set<String> uses, boolean locks) {
  /** A class within a descriptor or a generic signature. */
  private static final Pattern IN_DESCRIPTOR = Pattern.compile("L([\\w$]+(?:/[\\w$-]+)+)[;<]");

  /** Every class below a folder of class files. */
  static List<CompiledClass> below(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .sorted()
          .map(CompiledClass::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CompiledClass read(Path file) {
    try {
      return of(ClassFile.of().parse(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static CompiledClass of(ClassModel model) {
    String name = model.thisClass().asInternalName().replace('/', '.');
    Set<String> uses = new TreeSet<>();
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof ClassEntry used && !used.asInternalName().startsWith("[")) {
        uses.add(used.asInternalName().replace('/', '.'));
      } else if (entry instanceof Utf8Entry text) {
        Matcher descriptor = IN_DESCRIPTOR.matcher(text.stringValue());
        while (descriptor.find()) {
          uses.add(descriptor.group(1).replace('/', '.'));
        }
      }
    }
    uses.remove(name);
    return new CompiledClass(name, uses, hasLock(model));
  }

  private static boolean hasLock(ClassModel model) {
    return model.fields().stream().anyMatch(field -> field.flags().has(AccessFlag.VOLATILE))
        || model.methods().stream().anyMatch(CompiledClass::isLocking);
  }

  private static boolean isLocking(MethodModel method) {
    return method.flags().has(AccessFlag.SYNCHRONIZED)
        || method.code().stream()
            .flatMap(code -> code.elementStream())
            .anyMatch(CompiledClass::isMonitorEnter);
  }

  private static boolean isMonitorEnter(CodeElement element) {
    return element instanceof Instruction instruction
        && instruction.opcode() == Opcode.MONITORENTER;
  }

  String packageName() {
    return packageOf(name);
  }

  static String packageOf(String className) {
    return className.substring(0, Math.max(0, className.lastIndexOf('.')));
  }

  /** The class at the top of its file. */
  String topLevel() {
    int nested = name.indexOf('$', packageName().length());
    return nested < 0 ? name : name.substring(0, nested);
  }

  String simpleName() {
    return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
  }
}
