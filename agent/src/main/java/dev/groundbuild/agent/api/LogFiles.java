package dev.groundbuild.agent.api;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.file.HttpFile;
import dev.groundbuild.agent.worker.BuildWorker;
import java.nio.file.Files;
import java.nio.file.Path;

/** The log of a build as text, whole or by byte range. */
final class LogFiles implements HttpService {
  private final Path logs;

  LogFiles(Path logs) {
    this.logs = logs;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
    String id = ctx.pathParam("id");
    if (id == null || !id.matches("[0-9a-f-]{36}")) {
      return HttpResponse.of(HttpStatus.NOT_FOUND);
    }
    Path log = BuildWorker.log(logs, id);
    if (!Files.exists(log)) {
      return HttpResponse.of(HttpStatus.NOT_FOUND);
    }
    return HttpFile.builder(log)
        .contentType(MediaType.PLAIN_TEXT_UTF_8)
        .build()
        .asService()
        .serve(ctx, request);
  }
}
