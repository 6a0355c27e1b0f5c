package dev.groundbuild.runner.trace;

/** How a trace is written. */
public enum TraceFormat {
  /** The trace events that chrome://tracing and Perfetto show. */
  CHROME,
  /** OpenTelemetry's protocol as JSON: what a collector takes at {@code /v1/traces}. */
  OTLP;

  /** The format that the name of a file asks for. */
  public static TraceFormat of(String file) {
    return file.endsWith(".otlp.json") ? OTLP : CHROME;
  }
}
