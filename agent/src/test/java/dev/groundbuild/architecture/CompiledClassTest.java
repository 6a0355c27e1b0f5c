package dev.groundbuild.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever way a class uses another, it is seen; tried on classes that the compiler makes. */
final class CompiledClassTest {
  @TempDir Path folder;

  @Test
  void everyKindOfUseIsSeen() {
    compile(
        """
        package a;

        @b.OnClass
        class A<T extends b.Bound> extends b.Parent {
          java.util.Map<String, ? super b.Generic> field;
          b.Array[][] array;
          @b.OnField int number;

          b.Result method(b.Parameter p) throws b.Failure {
            Object o = new b.Made();
            b.Static.call();
            Runnable r = b.Referenced::run;
            Class<?> c = b.Literal.class;
            return o instanceof b.Tested ? null : b.Static.chain().last();
          }
        }
        """,
        "package b; public @interface OnClass {}",
        "package b; public @interface OnField {}",
        "package b; public interface Bound {}",
        "package b; public class Parent {}",
        "package b; public class Generic {}",
        "package b; public class Array {}",
        "package b; public class Result {}",
        "package b; public class Parameter {}",
        "package b; public class Failure extends Exception {}",
        "package b; public class Made {}",
        "package b; public class Chained { public Result last() { return null; } }",
        "package b; public class Static {"
            + " public static void call() {} public static Chained chain() { return null; } }",
        "package b; public class Referenced { public static void run() {} }",
        "package b; public class Literal {}",
        "package b; public class Tested {}");

    assertThat(read("a.A").uses().stream().filter(name -> name.startsWith("b.")))
        .containsExactly(
            "b.Array",
            "b.Bound",
            "b.Chained",
            "b.Failure",
            "b.Generic",
            "b.Literal",
            "b.Made",
            "b.OnClass",
            "b.OnField",
            "b.Parameter",
            "b.Parent",
            "b.Referenced",
            "b.Result",
            "b.Static",
            "b.Tested");
  }

  @Test
  void locksAreSeen() {
    compile(
        "package a; class Volatile { volatile int x; }",
        "package a; class Method { synchronized void m() {} }",
        "package a; class Block { void m() { synchronized (this) { m(); } } }",
        "package a; class Free { int x; void m() { x++; } }");

    assertThat(read("a.Volatile").locks()).isTrue();
    assertThat(read("a.Method").locks()).isTrue();
    assertThat(read("a.Block").locks()).isTrue();
    assertThat(read("a.Free").locks()).isFalse();
  }

  @Test
  void nestedClassesKnowTheirFile() {
    compile(
        "package a; class Outer { static class Inner { Runnable r = new Runnable() {"
            + " public void run() {} }; } }");

    assertThat(read("a.Outer$Inner").topLevel()).isEqualTo("a.Outer");
    assertThat(read("a.Outer$Inner").simpleName()).isEqualTo("Inner");
    assertThat(read("a.Outer$Inner").packageName()).isEqualTo("a");
    assertThat(read("a.Outer$Inner$1").simpleName()).isEqualTo("1");
    assertThat(read("a.Outer").topLevel()).isEqualTo("a.Outer");
  }

  private CompiledClass read(String name) {
    return CompiledClass.below(folder).stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void compile(String... sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> files =
        List.of(sources).stream().<JavaFileObject>map(Source::new).toList();
    assertThat(
            compiler
                .getTask(
                    null, null, null, List.of("-d", folder.toString(), "-proc:none"), null, files)
                .call())
        .isTrue();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(
          URI.create(
              "string:///"
                  + text.replaceFirst("(?s).*?(?:class|interface) (\\w+).*", "$1")
                  + ".java"),
          Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
