package dev.penstock.client.check;

import dev.penstock.client.credentials.Credentials;
import dev.penstock.client.credentials.Credentials.None;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.auth.AccessRefusedException;
import dev.penstock.client.registry.auth.Authorizer;
import dev.penstock.client.registry.auth.CredentialSource;
import dev.penstock.client.registry.http.Errand;
import dev.penstock.client.registry.http.Explanation;
import dev.penstock.client.registry.http.HttpAnswer;
import dev.penstock.client.registry.http.HttpQuery;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.Origin;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks one registry for {@code GET /v2/} (OCI distribution specification, "Determining Support").
 * Its 401 proves the way as well as a 200; with credentials at hand it is answered.
 */
final class RegistryProbe {
  /** Of no repository in particular: as {@code docker login} asks. */
  private static final String NO_SCOPE = "";

  private static final Pattern CHALLENGE =
      Pattern.compile("(?i)(^|.*[,\\s])(bearer|basic)([,\\s].*|$)");

  private final String subject;
  private final RegistryEndpoint registry;
  private final CredentialSource source;
  private final HttpTransport transport;
  private final Authorizer authorizer;

  RegistryProbe(RegistryEndpoint registry, CredentialSource source, HttpTransport transport) {
    this.subject = "registry '" + registry.name() + "'";
    this.registry = registry;
    this.source = source;
    this.transport = transport;
    this.authorizer = new Authorizer(transport, registry.uri(), source);
  }

  /** Never fails. */
  CompletableFuture<Finding> run() {
    return ask(null)
        .thenCompose(
            answer ->
                answer.statusCode() == 401
                    ? answerChallenge(answer)
                    : CompletableFuture.completedFuture(judge(answer, "")))
        .exceptionally(failure -> Leg.REGISTRY.failed(subject, failure));
  }

  private CompletableFuture<HttpAnswer> ask(@Nullable String authorization) {
    URI uri = URI.create(registry.uri() + "/v2/");
    return transport
        .send(new HttpQuery("GET", uri, Map.of(), authorization), new Errand())
        .thenCompose(answer -> answer.body().discard().thenApply(discarded -> answer));
  }

  private CompletableFuture<Finding> answerChallenge(HttpAnswer answer) {
    boolean isOurs = Origin.of(answer.uri()).equals(Origin.of(registry.uri()));
    if (!isOurs
        || answer.headers().allValues("WWW-Authenticate").stream()
            .noneMatch(line -> CHALLENGE.matcher(line).matches())) {
      return CompletableFuture.completedFuture(noRegistry(answer));
    }
    return source
        .find(null)
        .handle(
            (credentials, failure) ->
                failure == null
                    ? authenticate(answer, credentials)
                    : CompletableFuture.completedFuture(noCredentials(failure)))
        .thenCompose(finding -> finding);
  }

  private CompletableFuture<Finding> authenticate(HttpAnswer challenge, Credentials credentials) {
    return authorizer
        .answer(challenge.headers(), NO_SCOPE, null, new Errand())
        .thenCompose(this::ask)
        .thenApply(
            answer ->
                answer.statusCode() == 401
                    ? refused(credentials, "it answers 401 to them")
                    : judge(answer, accepted(credentials)))
        .exceptionally(failure -> failed(credentials, failure));
  }

  private Finding failed(Credentials credentials, Throwable failure) {
    Throwable cause = HttpTransport.unwrap(failure);
    return cause instanceof AccessRefusedException
        ? refused(credentials, Explanation.of(cause))
        : Leg.REGISTRY.failed(subject, failure);
  }

  private static String accepted(Credentials credentials) {
    return credentials instanceof None
        ? ", with a token that anybody gets: only what is public can be read"
        : ", and takes " + credentials.place();
  }

  /** Without credentials there was nothing to refuse, and the way is proven. */
  private Finding refused(Credentials credentials, String reason) {
    return credentials instanceof None none
        ? Finding.ok(
            subject,
            "%s answers, and asks for credentials; there are none in %s"
                .formatted(registry.uri(), none.place()))
        : Finding.refused(
            subject,
            "%s answers, and refuses the credentials: %s".formatted(registry.uri(), reason),
            "check %s, and the account's rights there".formatted(credentials.place()));
  }

  private Finding noCredentials(Throwable failure) {
    return Finding.misconfigured(
        subject,
        "%s answers, and asks for credentials; they cannot be had: %s"
            .formatted(registry.uri(), HttpTransport.unwrap(failure).getMessage()),
        "mend that file, or run that helper by hand to see why it fails");
  }

  private Finding judge(HttpAnswer answer, String accepted) {
    int status = answer.statusCode();
    if (status == 200) {
      return isPage(answer)
          ? Finding.warning(
              subject,
              registry.uri() + " answers with a page for people",
              "is it a login page or a user interface, and the registry at another URL?")
          : Finding.ok(subject, registry.uri() + " answers" + accepted);
    }
    if (status == 429) {
      return Finding.warning(
          subject, registry.uri() + " answers, and asks to come later (429)", "try again later");
    }
    return status == 403
        ? Finding.refused(
            subject,
            registry.uri() + " answers, and refuses access (403)",
            "check the account's rights there, and whether it lets this network in")
        : noRegistry(answer);
  }

  private static boolean isPage(HttpAnswer answer) {
    return answer.headers().firstValue("Content-Type").orElse("").startsWith("text/html");
  }

  private Finding noRegistry(HttpAnswer answer) {
    String seen = "%s answers %d to GET /v2/".formatted(registry.uri(), answer.statusCode());
    return answer.statusCode() >= 500
        ? Finding.unreachable(subject, seen, "see the registry's own log")
        : Finding.unreachable(
            subject, seen, "this is no OCI registry; check host, port and path in --registry");
  }
}
