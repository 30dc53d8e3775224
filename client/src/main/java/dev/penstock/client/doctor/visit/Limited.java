package dev.penstock.client.doctor.visit;

import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.diagnosis.Diagnoses;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.diagnosis.Marks;
import dev.penstock.client.doctor.diagnosis.Product;
import dev.penstock.client.doctor.diagnosis.Remedies;
import dev.penstock.client.doctor.diagnosis.Sent;
import java.time.Duration;
import java.util.Optional;

/** Whose doing it is that a line, once open, does not carry all it should. */
public final class Limited {
  private Limited() {}

  /** By the marks that were seen further down; of a path of which nothing is known, by nobody's. */
  public static Diagnosis by(Visit visit, Cause cause, String evidence) {
    Optional<Sent> sent = visit.path().sent();
    return sent.isPresent()
        ? Diagnoses.found(cause, sent.get(), able(visit, cause), evidence)
        : new Diagnosis(
            cause, "a hop that leaves no mark", evidence, Remedies.of(cause, Product.UNKNOWN));
  }

  /** Who frames messages, a proxy that relays bytes does not know. */
  private static Marks able(Visit visit, Cause cause) {
    return cause == Cause.MESSAGE_LIMIT ? visit.path().marks() : visit.path().all();
  }

  /** A limit in time, which may be some product's default. */
  public static Diagnosis by(Visit visit, Cause cause, Duration limit, String evidence) {
    Optional<Sent> sent = visit.path().sent();
    if (sent.isEmpty()) {
      return by(visit, cause, evidence);
    }
    return cause == Cause.IDLE_LIMIT
        ? Diagnoses.idleLimit(sent.get(), visit.path().all(), limit)
        : Diagnoses.lifetimeLimit(sent.get(), visit.path().all(), limit);
  }
}
