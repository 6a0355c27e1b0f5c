package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Tar streams of what is in a container. The library's own are read to their end when they are
 * closed, be it gigabytes; these are cut.
 */
final class Archives {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int LONGEST_WORDS = 64 * 1024;

  private final DockerHttpClient http;

  Archives(DockerHttpClient http) {
    this.http = http;
  }

  InputStream open(String container, String path) throws IOException {
    Response response =
        http.execute(
            Request.builder()
                .method(Request.Method.GET)
                .path(
                    "/containers/"
                        + container
                        + "/archive?path="
                        + URLEncoder.encode(path, StandardCharsets.UTF_8))
                .build());
    int status = response.getStatusCode();
    if (status == OK) {
      return new Cut(response);
    }
    try (response) {
      byte[] words = response.getBody().readNBytes(LONGEST_WORDS);
      String said = new String(words, StandardCharsets.UTF_8);
      throw status == NOT_FOUND ? new NotFoundException(said) : new DockerException(said, status);
    }
  }

  /** Ends the connection instead of reading what is left. */
  private static final class Cut extends FilterInputStream {
    private final Response response;

    Cut(Response response) {
      super(response.getBody());
      this.response = response;
    }

    @Override
    public void close() {
      response.close();
    }
  }
}
