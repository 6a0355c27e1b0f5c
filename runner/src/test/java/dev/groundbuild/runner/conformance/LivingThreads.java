package dev.groundbuild.runner.conformance;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The threads of builds, virtual ones too. */
final class LivingThreads {
  private static final Pattern OURS =
      Pattern.compile("\"((?:step-|build-|docker-socket|groundbuild)[^\"]*)\"");

  private LivingThreads() {}

  static List<String> ofBuilds(Path folder) throws IOException {
    Path dump = folder.resolve("threads.txt");
    Files.deleteIfExists(dump);
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
    Matcher names = OURS.matcher(Files.readString(dump));
    return names.results().map(m -> m.group(1)).toList();
  }
}
