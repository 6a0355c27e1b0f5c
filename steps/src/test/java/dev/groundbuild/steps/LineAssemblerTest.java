package dev.groundbuild.steps;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.steps.StepLog.Stream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineAssemblerTest {
  private final List<String> texts = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private final List<Boolean> complete = new ArrayList<>();
  private final LineAssembler lines =
      new LineAssembler(
          3,
          Stream.STDERR,
          (step, stream, line, whole) -> {
            assertThat(step).isEqualTo(3);
            assertThat(stream).isEqualTo(Stream.STDERR);
            texts.add(line.length > 1000 ? "long" : new String(line, UTF_8));
            lengths.add(line.length);
            complete.add(whole);
          });

  @Test
  void linesEndAtLineFeedsWhereverTheBytesAreCut() {
    String text = "one\n\ntwo\r\nthree\rfour\n";
    for (int size = 1; size <= text.length(); size++) {
      texts.clear();
      feed(text.getBytes(UTF_8), size);
      lines.finish();
      assertThat(texts).containsExactly("one", "", "two\r", "three\rfour");
    }
  }

  @Test
  void whatIsLeftAtTheEndIsNoWholeLine() {
    feed("one\ntwo".getBytes(UTF_8), 100);
    assertThat(texts).containsExactly("one");
    lines.finish();
    lines.finish();
    assertThat(texts).containsExactly("one", "two");
    assertThat(complete).containsExactly(true, false);
  }

  @Test
  void nothingIsSaidOfNothing() {
    lines.finish();
    assertThat(texts).isEmpty();
  }

  @Test
  void aSingleByteIsTakenToo() {
    lines.write('x');
    lines.write('\n');
    assertThat(texts).containsExactly("x");
  }

  @Test
  void tenMegabytesAreOneLine() {
    byte[] line = new byte[10_000_000];
    Arrays.fill(line, (byte) '.');
    feed(line, 16_384);
    lines.write('\n');
    assertThat(lengths).containsExactly(10_000_000);
    assertThat(complete).containsExactly(true);
  }

  @Test
  void aLineThatNeverEndsIsHandedOverInPieces() {
    byte[] piece = new byte[1 << 20];
    for (int i = 0; i < 70; i++) {
      lines.write(piece, 0, piece.length);
    }
    lines.write('\n');
    assertThat(lengths.stream().mapToLong(Integer::longValue).sum()).isEqualTo(70L << 20);
    assertThat(lengths).allMatch(length -> length <= LineAssembler.LONGEST);
    assertThat(complete).containsExactly(false, false, true);
  }

  @Test
  void noByteIsLostOrChanged() {
    byte[] bytes = new byte[100_000];
    new Random(7).nextBytes(bytes);
    StringBuilder expected = new StringBuilder();
    List<byte[]> got = new ArrayList<>();
    List<Boolean> whole = new ArrayList<>();
    LineAssembler binary =
        new LineAssembler(
            0,
            Stream.STDOUT,
            (step, stream, line, ended) -> {
              got.add(line);
              whole.add(ended);
            });
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(bytes.length - at, 1 + at % 997);
      binary.write(bytes, at, count);
      at += count;
    }
    binary.finish();
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < got.size(); i++) {
      joined.append(Arrays.toString(got.get(i))).append(whole.get(i) ? "\n" : "");
    }
    int from = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '\n') {
        if (i < bytes.length || i > from) {
          expected
              .append(Arrays.toString(Arrays.copyOfRange(bytes, from, i)))
              .append(i < bytes.length ? "\n" : "");
        }
        from = i + 1;
      }
    }
    assertThat(joined.toString()).isEqualTo(expected.toString());
  }

  private void feed(byte[] bytes, int size) {
    for (int at = 0; at < bytes.length; at += size) {
      lines.write(bytes, at, Math.min(size, bytes.length - at));
    }
  }
}
