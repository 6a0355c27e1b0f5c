package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.artifact.Courier;
import dev.groundbuild.runner.provenance.Envelope;
import dev.groundbuild.runner.provenance.SigningKey;
import dev.groundbuild.runner.provenance.Statement;
import dev.groundbuild.runner.status.BuildKeeper;
import dev.groundbuild.runner.status.BuildRecord;
import dev.groundbuild.runner.status.KeptRequest;
import java.util.List;
import java.util.Optional;

/** Writes down what a build that has succeeded was made of, beside its record. */
record Proof(KeptRequest asked, Courier courier, Optional<SigningKey> key) {

  void write(BuildKeeper keeper, Build build) {
    Optional<String> git =
        asked.content() instanceof KeptRequest.Content.Copied(Optional<String> address)
            ? address
            : Optional.empty();
    Statement.Origin origin =
        new Statement.Origin(
            BuildRecord.compact(asked.words().config()),
            asked.substitutions(),
            git,
            new Main.Version().getVersion()[0].replaceFirst("^groundbuild ", ""));
    List<Statement.Subject> objects =
        courier.stored().stream()
            .map(object -> new Statement.Subject(object.location(), object.sha256()))
            .toList();
    String statement = Statement.of(build, origin, objects);
    keeper.provenance(statement);
    key.ifPresent(k -> keeper.signedProvenance(Envelope.of(statement, k)));
  }
}
