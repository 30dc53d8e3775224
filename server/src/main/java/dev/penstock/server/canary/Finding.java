package dev.penstock.server.canary;

import dev.penstock.probe.v1.EchoRequest;
import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.probe.v1.RegistryState;
import dev.penstock.probe.v1.RegistryState.State;
import dev.penstock.probe.v1.Stage;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.relay.Hop;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one canary found out.
 *
 * @param registries in trouble, by name
 * @param words what is wrong and what to do; empty when nothing is
 * @param times null: no answer came
 */
record Finding(Outcome outcome, List<String> registries, String words, @Nullable Times times) {

  /**
   * Where the time went.
   *
   * @param tunnelNanos between server and client, there and back
   * @param clientNanos at the client
   */
  record Times(long tunnelNanos, long clientNanos) {}

  private static final int MAX_WORDS = 512;

  /** Makes one line of the words: some of them are a client's. */
  Finding {
    registries = List.copyOf(registries);
    String line = words.replaceAll("\\p{Cntrl}", "?");
    words = line.length() <= MAX_WORDS ? line : line.substring(0, MAX_WORDS) + "...";
  }

  /** Whether this is another trouble, or an end of it. */
  boolean isNewsAfter(@Nullable Finding before) {
    return outcome != Outcome.BUSY
        && (before == null || outcome != before.outcome || !registries.equals(before.registries));
  }

  static Finding busy() {
    return new Finding(Outcome.BUSY, List.of(), "", null);
  }

  /**
   * Of an answer.
   *
   * @param tookNanos from when the tunnel was given the request
   * @param fresh what was heard of a registry before that says nothing any more
   */
  static Finding of(EchoRequest sent, EchoResponse answer, long tookNanos, Duration fresh) {
    Times times = times(answer, tookNanos);
    if (!answer.getPayload().equals(sent.getPayload())) {
      return new Finding(
          Outcome.ALTERED,
          List.of(),
          "other bytes came back than were sent; run 'penstock-client doctor' there, and look for"
              + " a hop that rewrites what passes",
          times);
    }
    List<RegistryState> inTrouble =
        answer.getRegistriesList().stream().filter(state -> isTrouble(state, fresh)).toList();
    return inTrouble.isEmpty()
        ? new Finding(Outcome.OK, List.of(), "", times)
        : ofRegistries(inTrouble, times);
  }

  private static Times times(EchoResponse answer, long tookNanos) {
    long client =
        answer.getStagesList().stream()
            .filter(stage -> stage.getWho().equals("client"))
            .mapToLong(Stage::getDurationMicros)
            .max()
            .orElse(0);
    long clientNanos = Math.max(0, Math.min(TimeUnit.MICROSECONDS.toNanos(client), tookNanos));
    return new Times(tookNanos - clientNanos, clientNanos);
  }

  private static boolean isTrouble(RegistryState state, Duration fresh) {
    return (state.getState() == State.UNREACHABLE || state.getState() == State.FAILING)
        && state.getAgeMillis() <= fresh.toMillis();
  }

  private static Finding ofRegistries(List<RegistryState> inTrouble, Times times) {
    return new Finding(
        Outcome.REGISTRY,
        inTrouble.stream().map(RegistryState::getRegistry).toList(),
        "the way to the client is good, and "
            + String.join("; ", inTrouble.stream().map(RegistryState::getDetail).toList())
            + "; have the customer look, 'penstock-client doctor' there says more",
        times);
  }

  /** Of a call that failed. */
  static Finding of(Status status, AttachedClient client) {
    if (status.getCode() == Status.Code.UNIMPLEMENTED) {
      return new Finding(
          Outcome.UNSUPPORTED, List.of(), "the client is older than canaries; update it", null);
    }
    boolean isOfTunnel = ClientEcho.hop(status, client) == Hop.TUNNEL;
    String seen = seen(status);
    return isOfTunnel
        ? new Finding(
            Outcome.TUNNEL,
            List.of(),
            (client.isSuspended() ? "it has no connection at present (" : "no answer came (")
                + seen
                + "); see whether the client's machine is well, and run 'penstock-client doctor'"
                + " there, which walks the path",
            null)
        : new Finding(
            Outcome.CLIENT,
            List.of(),
            "the client answers " + seen + "; see the client's log",
            null);
  }

  private static String seen(Status status) {
    String description = status.getDescription();
    return status.getCode() == Status.Code.DEADLINE_EXCEEDED
        ? "nothing for %d s".formatted(Canary.DEADLINE.toSeconds())
        : status.getCode()
            + (description == null ? "" : ": " + description.lines().findFirst().orElse(""));
  }
}
