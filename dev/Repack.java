import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/**
 * Makes jars fit for the start-up cache, which holds no class of a signed jar and none older than Java
 * 6: leaves out the signatures, and gives old classes the stack maps of newer ones. Started by
 * dev/build: FOLDER JAR... puts each JAR into FOLDER.
 */
final class Repack {
  private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
  private static final int VERIFIED_BY_MAPS = ClassFile.JAVA_8_VERSION;
  private static final int OLDEST_IN_CACHE = ClassFile.JAVA_6_VERSION;

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    for (String arg : Arrays.asList(args).subList(1, args.length)) {
      Path jar = Path.of(arg);
      Path fresh = folder.resolve(jar.getFileName() + ".new");
      if (needsIt(jar)) {
        repack(jar, fresh);
      } else {
        Files.copy(jar, fresh, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(fresh, folder.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static boolean needsIt(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile(), false)) {
      for (JarEntry entry : jar.stream().toList()) {
        if (SIGNATURE.matcher(entry.getName()).matches()) {
          return true;
        }
        if (entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class")) {
          return isOld(read(jar, entry)); // The classes of one jar are of one age.
        }
      }
      return false;
    }
  }

  private static void repack(Path file, Path fresh) throws IOException {
    try (JarFile jar = new JarFile(file.toFile(), false);
        URLClassLoader classes = new URLClassLoader(new URL[] {file.toUri().toURL()});
        OutputStream out = Files.newOutputStream(fresh);
        JarOutputStream to = new JarOutputStream(out, withoutDigests(jar.getManifest()))) {
      ClassFile renewal =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofClassLoading(classes)));
      for (JarEntry entry : jar.stream().toList()) {
        String name = entry.getName();
        if (entry.isDirectory() || name.equals(JarFile.MANIFEST_NAME) || SIGNATURE.matcher(name).matches()) {
          continue;
        }
        byte[] bytes = read(jar, entry);
        to.putNextEntry(new JarEntry(name));
        to.write(name.endsWith(".class") && isOld(bytes) ? renewed(renewal, bytes) : bytes);
        to.closeEntry();
      }
    }
  }

  /** The digests of the entries are as long as the jar has entries, and read at each start. */
  private static Manifest withoutDigests(Manifest manifest) {
    Manifest kept = new Manifest();
    kept.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (manifest != null) {
      kept.getMainAttributes().putAll(manifest.getMainAttributes());
    }
    return kept;
  }

  private static byte[] renewed(ClassFile renewal, byte[] bytes) {
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(VERIFIED_BY_MAPS, 0);
          } else {
            builder.with(element);
          }
        };
    return renewal.transformClass(
        renewal.parse(bytes),
        version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
  }

  private static boolean isOld(byte[] bytes) {
    return ((bytes[6] & 0xff) << 8 | bytes[7] & 0xff) < OLDEST_IN_CACHE;
  }

  private static byte[] read(JarFile jar, JarEntry entry) throws IOException {
    try (var in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }
}
