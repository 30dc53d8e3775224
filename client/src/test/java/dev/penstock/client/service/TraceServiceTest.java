package dev.penstock.client.service;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.penstock.client.limits.Limits;
import dev.penstock.client.policy.Operation;
import dev.penstock.client.registry.FakeHttpServer;
import dev.penstock.client.registry.FakeHttpServer.Request;
import dev.penstock.client.registry.FakeRegistry;
import dev.penstock.registry.v1.RegistryGrpc;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller's trace on its way: to the registry and its token server, and no further. */
final class TraceServiceTest extends ControlledService {
  private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00-" + ID + "-00f067aa0ba902b7-01";
  private static final String STATE = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";

  @ParameterizedTest
  @EnumSource(Operation.class)
  void trace_goesToTheRegistryAsItCame(Operation operation) throws Exception {
    limits(Limits.NONE);
    call(traced(PARENT, STATE), operation);
    assertThat(registry.requests())
        .isNotEmpty()
        .allSatisfy(request -> assertTraced(request, PARENT, STATE));
    JsonObject line = audit.next();
    assertThat(line.get("request_id").getAsString()).isEqualTo("id-1");
    assertThat(line.get("trace_id").getAsString()).isEqualTo(ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "somebody's own"
      })
  void traceThatIsNone_goesNowhereAndCostsNoCall(String parent) throws Exception {
    limits(Limits.NONE);
    assertThat(fetch(traced(parent, STATE), fetchRequest(blob).build())).isEqualTo(CONTENT);
    assertThat(registry.requests())
        .isNotEmpty()
        .allSatisfy(request -> assertTraced(request, null, null));
    assertThat(audit.next().has("trace_id")).isFalse();
  }

  @Test
  void stateThatIsNone_staysBehind() throws Exception {
    limits(Limits.NONE);
    assertThat(fetch(traced(PARENT, "No State"), fetchRequest(blob).build())).isEqualTo(CONTENT);
    assertThat(registry.requests())
        .isNotEmpty()
        .allSatisfy(request -> assertTraced(request, PARENT, null));
    takeLines(1);
  }

  @Test
  void storeOfAnotherOrigin_isNotToldOfTheTrace() throws Exception {
    limits(Limits.NONE);
    try (FakeRegistry store = new FakeRegistry()) {
      store.blob(CONTENT);
      String path = blobPath(blob);
      redirect(path, "/elsewhere/" + blob);
      redirect("/elsewhere/" + blob, store.uri() + path);
      assertThat(fetch(traced(PARENT, STATE), fetchRequest(blob).build())).isEqualTo(CONTENT);
      assertThat(registry.requests())
          .as("the second is a redirect within the registry")
          .hasSize(2)
          .allSatisfy(request -> assertTraced(request, PARENT, STATE));
      assertThat(store.requests())
          .hasSize(1)
          .allSatisfy(request -> assertTraced(request, null, null));
    }
    takeLines(1);
  }

  private void redirect(String path, String location) {
    registry.on(path, (request, out) -> reply(out, 307, Map.of("Location", location), new byte[0]));
  }

  @Test
  void tokenServer_isToldTheIdsOfTheCallThatNeedsTheToken() throws Exception {
    limits(Limits.NONE);
    byte[] token = "{\"token\":\"t1\",\"expires_in\":300}".getBytes(UTF_8);
    try (FakeHttpServer tokens =
        new FakeHttpServer((request, out) -> reply(out, 200, Map.of(), token))) {
      wantToken("Bearer realm=\"" + tokens.uri() + "/token\",service=\"fake\"");
      assertThat(fetch(traced(PARENT, STATE), fetchRequest(blob).build())).isEqualTo(CONTENT);
      assertThat(fetch(stub("id-2", "ci"), fetchRequest(blob).build())).isEqualTo(CONTENT);
      assertThat(tokens.requests())
          .as("the second call takes the token of the first")
          .hasSize(1)
          .allSatisfy(request -> assertTraced(request, PARENT, STATE))
          .allSatisfy(
              request ->
                  assertThat(request.header("User-Agent"))
                      .isEqualTo("penstock-client (request id-1)"));
    }
    takeLines(2);
  }

  private void wantToken(String challenge) {
    registry.gate(
        (request, out) -> {
          if (!Objects.equals(request.header("Authorization"), "Bearer t1")) {
            reply(out, 401, Map.of("WWW-Authenticate", challenge), new byte[0]);
          }
        });
  }

  private static void assertTraced(
      Request request, @Nullable String parent, @Nullable String state) {
    assertThat(request.header("traceparent")).isEqualTo(parent);
    assertThat(request.header("tracestate")).isEqualTo(state);
  }

  private RegistryGrpc.RegistryBlockingStub traced(String parent, String state) {
    Metadata headers = headers("id-1", "ci");
    headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), parent);
    headers.put(Metadata.Key.of("tracestate", Metadata.ASCII_STRING_MARSHALLER), state);
    return stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }
}
