package dev.penstock.client.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.penstock.client.limits.Limit;
import dev.penstock.client.limits.Limits;
import dev.penstock.client.policy.Operation;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is thrown in a call, its caller is told, and nothing of it stays behind. */
final class DefectServiceTest extends ControlledService {
  private final AtomicInteger messagesUntilItBreaks = new AtomicInteger(Integer.MAX_VALUE);
  private volatile Throwable defect = new AssertionError("none yet");
  private volatile boolean closesFirst;

  @AfterEach
  void allPlacesAreFree() {
    await("every place is free", () -> control.smallReads().taken("main") == 0);
  }

  @ParameterizedTest
  @CsvSource({
    "FETCH_BLOB, 1, java.lang.OutOfMemoryError, RESOURCE_EXHAUSTED",
    "FETCH_BLOB, 2, java.lang.OutOfMemoryError, RESOURCE_EXHAUSTED",
    "FETCH_BLOB, 2, java.lang.NoClassDefFoundError, INTERNAL",
    "FETCH_BLOB, 2, java.lang.IllegalStateException, INTERNAL",
    "STAT_BLOB, 1, java.lang.OutOfMemoryError, RESOURCE_EXHAUSTED",
    "FETCH_MANIFEST, 1, java.lang.NoClassDefFoundError, INTERNAL",
    "LIST_TAGS, 1, java.lang.IllegalStateException, INTERNAL",
  })
  void messageThatCannotBeSent_endsTheCallAndFreesItsPlace(
      Operation operation, int message, Class<? extends Throwable> thrown, Status.Code code)
      throws Exception {
    limits(new Limits(Limit.ofTransfers(1), Map.of()));
    for (int i = 0; i < 3; i++) {
      breakAt(message, thrown.getConstructor(String.class).newInstance("a test's"));
      assertThat(end(operation).getCode()).isEqualTo(code);
      JsonObject line = audit.next();
      assertThat(line.get("outcome").getAsString()).isEqualTo(code.name());
      assertThat(line.get("reason").getAsString()).isNotEmpty();
    }
    assertThat(end(Operation.FETCH_BLOB)).isEqualTo(Status.OK);
    takeLines(1);
  }

  /** As gRPC does before it throws the Error on. */
  @Test
  void callThatGrpcHasClosed_freesItsPlaceAndIsALine() throws Exception {
    limits(new Limits(Limit.ofTransfers(1), Map.of()));
    closesFirst = true;
    breakAt(2, new OutOfMemoryError("a test's"));
    assertThat(end(Operation.FETCH_BLOB).getCode()).isEqualTo(Status.Code.CANCELLED);
    assertThat(audit.next().get("outcome").getAsString())
        .as("whose end is first, gRPC's or ours")
        .isIn("UNKNOWN", "RESOURCE_EXHAUSTED");
    await("it has let go", () -> gauges.activeTransfers() == 0);
    assertThat(end(Operation.FETCH_BLOB)).isEqualTo(Status.OK);
    takeLines(1);
  }

  private void breakAt(int message, Throwable thrown) {
    defect = thrown;
    messagesUntilItBreaks.set(message);
  }

  @Override
  ServerInterceptor beneath() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return next.startCall(new Breaking<>(call), headers);
      }
    };
  }

  private final class Breaking<Q, R> extends SimpleForwardingServerCall<Q, R> {
    Breaking(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public void sendMessage(R message) {
      if (messagesUntilItBreaks.decrementAndGet() != 0) {
        super.sendMessage(message);
        return;
      }
      if (closesFirst) {
        close(Status.CANCELLED, new Metadata());
      }
      if (defect instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) defect;
    }
  }
}
