package dev.groundbuild.runner.plan;

import static dev.groundbuild.runner.plan.Plans.plan;
import static dev.groundbuild.runner.plan.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import java.awt.geom.Rectangle2D;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

final class PlanSvgTest {

  static Stream<Build> shapes() {
    return Stream.of(
        Plans.of(step("", "busybox")),
        Plans.pipeline(),
        Plans.fan(16),
        Plans.fan(50),
        Plans.tangle(60, 1),
        Plans.tangle(60, 2),
        Plans.tangle(300, 3));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void boxesDoNotOverlapAndStayInThePicture(Build build) throws Exception {
    Element svg = parse(PlanSvg.render(plan(build))).getDocumentElement();

    List<Rectangle2D> boxes = boxes(svg);

    assertThat(boxes).hasSize(build.getStepsCount());
    Rectangle2D page = new Rectangle2D.Double(0, 0, number(svg, "width"), number(svg, "height"));
    for (int i = 0; i < boxes.size(); i++) {
      assertThat(page.contains(boxes.get(i))).as("box %d is in the picture", i).isTrue();
      for (int j = 0; j < i; j++) {
        assertThat(boxes.get(i).intersects(boxes.get(j))).as("boxes %d, %d", i, j).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void noArrowRunsThroughABox(Build build) throws Exception {
    Element svg = parse(PlanSvg.render(plan(build))).getDocumentElement();
    List<Rectangle2D> boxes = boxes(svg);

    // Arrows lie between two levels, but for the straight parts (L) that pass through one.
    for (Element path : elements(svg, "path", "arrow")) {
      List<String> parts = List.of(path.getAttribute("d").split(" L ", -1));
      for (int i = 1; i < parts.size(); i++) {
        List<Double> from = lastPoint(parts.get(i - 1));
        List<Double> to = firstPoint(parts.get(i));
        assertThat(boxes)
            .noneMatch(box -> box.intersectsLine(from.get(0), from.get(1), to.get(0), to.get(1)));
      }
    }
  }

  @Test
  void everyArrowIsDrawnAndTheCriticalPathStandsOut() throws Exception {
    Element svg = parse(PlanSvg.render(plan(Plans.pipeline()))).getDocumentElement();

    assertThat(elements(svg, "path", "tip")).hasSize(5);
    assertThat(elements(svg, "path", "tip critical")).hasSize(3);
    assertThat(elements(svg, "g", "critical")).hasSize(4);
    assertThat(texts(svg, "id"))
        .containsExactly("build-builder", "build", "lint", "run-tests", "deploy");
    assertThat(texts(svg, "number")).containsExactly("#0", "#1", "#2", "#3", "#4");
    assertThat(texts(svg, "image"))
        .containsExactly("docker", "builder", "builder", "builder", "kubectl");
  }

  @Test
  void aWidePlanGoesSidewaysAndADeepOneDown() throws Exception {
    Element wide = parse(PlanSvg.render(plan(Plans.fan(30)))).getDocumentElement();
    Element deep = parse(PlanSvg.render(plan(Plans.tangle(60, 1)))).getDocumentElement();

    assertThat(boxes(wide).getLast().getMinX()).isGreaterThan(boxes(wide).getFirst().getMaxX());
    assertThat(boxes(deep).getLast().getMinY()).isGreaterThan(boxes(deep).getFirst().getMaxY());
  }

  @Test
  void hostileTextStaysText() throws Exception {
    String image = "i<&\u0000\u0008\u001b\uFFFE>";
    Element svg =
        parse(PlanSvg.render(plan(Plans.of(step(Plans.HOSTILE, image))))).getDocumentElement();

    assertThat(svg.getElementsByTagName("script").getLength()).isZero();
    assertThat(texts(svg, "image")).containsExactly("i<&\uFFFD\uFFFD\uFFFD\uFFFD>");
    assertThat(svg.getElementsByTagName("title").item(1).getTextContent())
        .isEqualTo("#0 " + Plans.HOSTILE + ": i<&\uFFFD\uFFFD\uFFFD\uFFFD>");
  }

  @Test
  void longNamesAreCutWhereTheySayLeast() throws Exception {
    String id = "run-the-tests-of-everything-that-there-is";
    String image = "europe-docker.pkg.dev/some-project/some-folder/builder:v12";
    Element svg = parse(PlanSvg.render(plan(Plans.of(step(id, image))))).getDocumentElement();

    assertThat(texts(svg, "id").getFirst()).startsWith("run-the-tests").endsWith("…");
    assertThat(texts(svg, "image").getFirst()).startsWith("…").endsWith("/builder:v12");
  }

  @Test
  void aReaderInTheDarkGetsADarkPicture() {
    assertThat(PlanSvg.render(plan(Plans.pipeline())))
        .contains("@media (prefers-color-scheme: dark)");
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<Rectangle2D> boxes(Element svg) {
    return elements(svg, "rect", "box").stream()
        .<Rectangle2D>map(box ->
            new Rectangle2D.Double(
                number(box, "x"), number(box, "y"), number(box, "width"), number(box, "height")))
        .toList();
  }

  private static List<String> texts(Element svg, String kind) {
    return elements(svg, "text", kind).stream().map(Element::getTextContent).toList();
  }

  /** Elements whose class is the kind or begins with it; the legend is none of them. */
  private static List<Element> elements(Element svg, String tag, String kind) {
    List<Element> found = new ArrayList<>();
    NodeList all = svg.getElementsByTagName(tag);
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      if ((element.getAttribute("class") + " ").startsWith(kind + " ")) {
        found.add(element);
      }
    }
    return found;
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  private static List<Double> lastPoint(String part) {
    List<String> words = List.of(part.replace(",", "").split(" ", -1));
    return words.subList(words.size() - 2, words.size()).stream().map(Double::parseDouble).toList();
  }

  private static List<Double> firstPoint(String part) {
    return List.of(part.split(" ", -1)).subList(0, 2).stream().map(Double::parseDouble).toList();
  }
}
