package dev.penstock.client.doctor.visit;

import dev.penstock.client.doctor.diagnosis.Answer;
import dev.penstock.client.doctor.diagnosis.Arrived;
import dev.penstock.client.doctor.diagnosis.Sent;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request, and what came back.
 *
 * @param firstMessage of the WebSocket, if there was one and anything came over it
 * @param end how the connection ended behind a 101 and before any message; null: it did not
 * @param took from the request to the answer, or to the end of the patience
 */
public record Exchange(
    Sent sent, Answer answer, @Nullable String firstMessage, @Nullable String end, Duration took) {

  /** What the server says of the request, in a refusal or as the first message. */
  public Optional<Arrived> arrived() {
    if (firstMessage != null) {
      return Arrived.parse(firstMessage.replaceFirst("^arrived ", ""));
    }
    return answer instanceof Answer.Http http ? Arrived.parse(http.body()) : Optional.empty();
  }

  public boolean isSwitched() {
    return answer instanceof Answer.Http http && http.status() == 101;
  }
}
