package dev.penstock.client.doctor;

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
 * @param took from the request to the answer, or to the end of the patience
 */
record Exchange(Sent sent, Answer answer, @Nullable String firstMessage, Duration took) {

  /** What the server says of the request, in a refusal or as the first message. */
  Optional<Arrived> arrived() {
    if (firstMessage != null) {
      return Arrived.parse(firstMessage.replaceFirst("^arrived ", ""));
    }
    return answer instanceof Answer.Http http ? Arrived.parse(http.body()) : Optional.empty();
  }

  boolean isSwitched() {
    return answer instanceof Answer.Http http && http.status() == 101;
  }
}
