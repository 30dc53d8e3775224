package dev.penstock.client.service;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.penstock.client.names.Digest;
import dev.penstock.client.policy.Operation;
import dev.penstock.client.policy.RegistryPattern;
import dev.penstock.client.policy.RepositoryPattern;
import dev.penstock.client.policy.Rule;
import io.grpc.Status;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the customer's rules let through, of each method, and that the rest never leaves. */
final class PolicyServiceTest extends ControlledService {

  @ParameterizedTest
  @EnumSource
  void operation_thatOneRuleAllowsIsTheOnlyOne(Operation allowed) throws Exception {
    rules(all("one").about(EnumSet.of(allowed)));
    for (Operation operation : EnumSet.complementOf(EnumSet.of(allowed))) {
      Status end = end(operation);
      assertThat(end.getCode()).as(operation.key()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(end.getDescription())
          .contains("the customer's policy denies " + operation, "no rule allows it");
    }
    assertThat(registry.requests()).isEmpty();
    takeLines(6);

    assertThat(end(allowed)).isEqualTo(Status.OK);
    assertThat(registry.requests()).isNotEmpty();
    JsonObject line = audit.next();
    assertThat(line.get("operation").getAsString()).isEqualTo(allowed.key());
    assertThat(line.get("outcome").getAsString()).isEqualTo("OK");
  }

  @ParameterizedTest
  @EnumSource
  void operation_thatOneRuleDeniesIsTheOnlyOneThatIs(Operation denied) throws Exception {
    rules(all("most"), Rule.deny("not that", everything()).about(EnumSet.of(denied)));
    Status end = end(denied);
    assertThat(end.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(end.getDescription()).contains("rule 'not that' denies it");
    assertThat(registry.requests()).isEmpty();
    JsonObject line = audit.next();
    assertThat(line.get("outcome").getAsString()).isEqualTo("PERMISSION_DENIED");
    assertThat(line.get("reason").getAsString()).contains("rule 'not that' denies it");
    assertThat(line.get("bytes").getAsLong()).isZero();

    for (Operation operation : EnumSet.complementOf(EnumSet.of(denied))) {
      assertThat(end(operation)).as(operation.key()).isEqualTo(Status.OK);
    }
    takeLines(6);
  }

  @ParameterizedTest
  @EnumSource
  void rule_ofAnotherRegistryAllowsNothingHere(Operation operation) throws Exception {
    rules(all("elsewhere").in(List.of(new RegistryPattern("other"))));
    assertThat(end(operation).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(registry.requests()).isEmpty();
    takeLines(1);
  }

  @Test
  void denial_comesBeforeAnyWordOnWhatThereIs() throws Exception {
    rules(Rule.allow("team", List.of(new RepositoryPattern("team/**"))));
    for (String name : List.of("main", "none")) {
      Status end =
          endOf(
              () ->
                  fetch(
                      stub(),
                      fetchRequest(blob).setRegistry(name).setRepository("secret/app").build()));
      assertThat(end.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }
    assertThat(registry.requests()).isEmpty();
    takeLines(2);
  }

  @Test
  void blob_ofTheLargestSizeMayLeave() throws Exception {
    rules(all("small").upTo(1_000));
    assertThat(fetch(blob)).isEqualTo(CONTENT);
    takeLines(1);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 10", "1000, 0", "1001, 0", "990, 10"})
  void blob_thatIsLargerDoesNotLeaveAndNeitherDoesAPart(long offset, long length) throws Exception {
    rules(all("small").upTo(1_000));
    Digest large = registry.blob(bytes(1_001));
    Transfer transfer =
        new Transfer(fetchRequest(large).setOffset(offset).setLength(length).build());

    Status end = transfer.end();

    assertThat(end.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(end.getDescription())
        .contains(
            "denies blob team/app@" + large,
            "it has 1001 bytes, and rule 'small' allows blobs of at most 1000 bytes");
    assertThat(transfer.receivedBytes()).isZero();
    assertThat(gauges.readBytes()).isZero();
    JsonObject line = audit.next();
    assertThat(line.get("bytes").getAsLong()).isZero();
    assertThat(line.get("outcome").getAsString()).isEqualTo("PERMISSION_DENIED");
    assertThat(line.get("digest").getAsString()).isEqualTo(large.value());
  }

  /** The size is the registry's word, and the word is held to. */
  @Test
  void blob_thatIsLargerThanTheRegistrySaysDoesNotLeaveInFull() throws Exception {
    rules(all("small").upTo(1_000));
    Digest large = Digest.of(bytes(1));
    registry.on(
        blobPath(large),
        (request, out) -> reply(out, 200, Map.of("Content-Length", "1000"), bytes(50_000)));
    Transfer transfer = new Transfer(fetchRequest(large).build());
    transfer.end();
    assertThat(transfer.receivedBytes()).isLessThanOrEqualTo(1_000);
    takeLines(1);
  }

  @Test
  void largestBlob_doesNotKeepItFromBeingLookedAt() throws Exception {
    rules(all("tiny").upTo(1));
    assertThat(end(Operation.STAT_BLOB)).isEqualTo(Status.OK);
    assertThat(end(Operation.FETCH_MANIFEST)).isEqualTo(Status.OK);
    takeLines(2);
  }

  @Test
  void change_countsFromTheNextAccessOn() throws Exception {
    for (Set<Operation> allowed :
        List.<Set<Operation>>of(EnumSet.of(Operation.LIST_TAGS), EnumSet.of(Operation.STAT_BLOB))) {
      rules(all("changing").about(allowed));
      for (Operation operation : List.of(Operation.LIST_TAGS, Operation.STAT_BLOB)) {
        assertThat(end(operation).isOk()).isEqualTo(allowed.contains(operation));
      }
    }
    takeLines(4);
  }
}
