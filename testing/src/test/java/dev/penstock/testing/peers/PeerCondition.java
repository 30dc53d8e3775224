package dev.penstock.testing.peers;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides for {@link RequiresPeer}. */
final class PeerCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), RequiresPeer.class)
        .map(required -> missing(required.value()))
        .filter(missing -> !missing.isEmpty())
        .map(missing -> ConditionEvaluationResult.disabled("missing peer: " + missing))
        .orElseGet(() -> ConditionEvaluationResult.enabled("its peers are installed"));
  }

  private static String missing(PeerBinary[] required) {
    return Arrays.stream(required)
        .filter(peer -> peer.find().isEmpty())
        .map(peer -> peer.command() + " (Debian package " + peer.debianPackage() + ")")
        .collect(Collectors.joining(", "));
  }
}
