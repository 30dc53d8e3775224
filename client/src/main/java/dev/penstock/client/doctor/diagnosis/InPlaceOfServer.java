package dev.penstock.client.doctor.diagnosis;

import dev.penstock.client.doctor.diagnosis.Answer.Http;
import dev.penstock.client.doctor.diagnosis.Answer.Unreadable;
import dev.penstock.tunnel.connection.ForeignText;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A hop's own answer: whose it is, and what it means. */
final class InPlaceOfServer {
  private static final Pattern WANTS_TLS =
      Pattern.compile(
          "(?i)plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled"
              + "|HTTP request to an HTTPS server");

  private static final Pattern REJECTION = Pattern.compile("(?i)reject|denied|forbidden|blocked");

  private static final Pattern LOGIN_TITLE =
      Pattern.compile(
          "(?i)\\b(log|sign)[ -]?(in|on)\\b|\\bsso\\b|single sign|authenticat|captive|hotspot"
              + "|(guest|public) (network|wi-?fi|access)|terms of use");

  private static final String LOGIN_URL = "(log-?in|sign-?in|/sso|saml|oauth|/adfs)";

  /** Asks for a password, or leads to who does by itself: a link alone is on many a page. */
  private static final Pattern LOGIN_FORM =
      Pattern.compile(
          "(?i)type\\s*=\\s*[\"']?password|SAMLRequest"
              + "|(<form|http-equiv\\s*=\\s*[\"']?refresh)[^>]{0,300}"
              + LOGIN_URL
              + "|location(\\.href)?\\s*(=|\\.(replace|assign)\\()\\s*[\"'][^\"']{0,200}"
              + LOGIN_URL);

  private static final Pattern WANTS_HTTP2 = Pattern.compile("(?i)HTTP/2|\\bh2c?\\b");

  private final Sent sent;
  private final Http answer;
  private final boolean plainPassed;

  private InPlaceOfServer(Sent sent, Http answer, boolean plainPassed) {
    this.sent = sent;
    this.answer = answer;
    this.plainPassed = plainPassed;
  }

  static Diagnosis of(Sent sent, Http answer, boolean plainPassed) {
    Cause cause = new InPlaceOfServer(sent, answer, plainPassed).cause();
    return as(cause, sent, answer, "a hop", "");
  }

  /** By as much of it as can be read. */
  static Diagnosis of(Sent sent, Unreadable answer, boolean plainPassed) {
    Cause cause = new InPlaceOfServer(sent, answer.head(), plainPassed).cause();
    return as(cause, sent, answer.head(), "a hop", answer.inWords());
  }

  /** With the cause known already, and more to say of it. */
  static Diagnosis as(Cause cause, Sent sent, Http answer, String who, String more) {
    Marks marks = Marks.of(null, answer);
    Optional<Product> worded = Signs.worded(answer);
    // Only the words of a page are its author's: hops in front rewrite Server.
    Product product =
        worded
            .or(() -> answer.headers().first("Server").flatMap(Signs::named))
            .or(() -> marks.last().map(Hop::product))
            .orElse(Product.UNKNOWN);
    String mark = marks.of(product).map(Hop::inWords).orElse(product.inWords());
    return new Diagnosis(
        cause,
        worded.isPresent() && marks.of(product).isEmpty() ? mark + " (by its words)" : mark,
        evidence(sent, answer, who) + more,
        Remedies.of(cause, product, sent));
  }

  private static String evidence(Sent sent, Http answer, String who) {
    StringBuilder evidence = new StringBuilder();
    evidence.append("%s answered %d in the server's place".formatted(who, answer.status()));
    Redirect.of(sent, answer).ifPresent(to -> evidence.append(", to ").append(to.inWords()));
    answer
        .headers()
        .first("WWW-Authenticate")
        .or(() -> answer.headers().first("Proxy-Authenticate"))
        .ifPresent(asks -> evidence.append(", and asks for ").append(scheme(asks)));
    if (!answer.title().isEmpty()) {
      evidence.append(", with a page '%s'".formatted(ForeignText.printable(answer.title())));
    }
    if (Answerer.isOld(sent, answer)) {
      evidence.append("; it is the server's, to another request: a cache kept it");
    }
    return evidence.toString();
  }

  /** The scheme and the realm: what follows may be a nonce. */
  private static String scheme(String challenge) {
    return ForeignText.printable(
        challenge.replaceFirst("^(\\S+)(?:.*?(\\s+realm=\"[^\"]*\"))?.*$", "$1$2"));
  }

  private Cause cause() {
    int status = answer.status();
    if (Answerer.isOld(sent, answer)) {
      return Cause.CACHED_ANSWER;
    }
    if (status == 497 || WANTS_TLS.matcher(answer.body()).find()) {
      return Cause.PLAIN_TO_TLS;
    }
    if (status == 403 && sent.isUpgrade() && (plainPassed || isEnvoys())) {
      return Cause.UPGRADE_REFUSED;
    }
    return switch (status) {
      case 301, 302, 303, 307, 308 ->
          Redirect.of(sent, answer).map(Redirect::cause).orElse(Cause.ANSWERED_BY_HOP);
      case 200, 203, 511 -> page();
      case 401 -> Cause.SSO_401;
      case 403 -> Cause.FORBIDDEN;
      case 404, 410, 421 -> Cause.NO_ROUTE;
      case 407 -> Cause.PROXY_407;
      case 429 -> Cause.RATE_LIMITED;
      case 464, 505 -> Cause.HTTP2_ONLY; // 464: an AWS load balancer's, of another version
      case 400, 405, 426, 501 -> refusal();
      default -> status >= 502 && status <= 530 ? Cause.BAD_GATEWAY : Cause.ANSWERED_BY_HOP;
    };
  }

  /** Firewalls hide a refusal behind a 200, too. */
  private Cause page() {
    if (!answer.isHtml()) {
      return Cause.ANSWERED_BY_HOP;
    }
    if (REJECTION.matcher(answer.title()).find()) {
      return Cause.FORBIDDEN;
    }
    return isLogin() ? Cause.LOGIN_PAGE : Cause.NO_ROUTE; // it has this page for every path
  }

  private boolean isLogin() {
    return answer.status() == 511
        || LOGIN_TITLE.matcher(answer.title()).find()
        || LOGIN_FORM.matcher(answer.body()).find();
  }

  private Cause refusal() {
    String wants = answer.headers().first("Upgrade").orElse("") + " " + answer.body();
    if (WANTS_HTTP2.matcher(wants).find()) {
      return Cause.HTTP2_ONLY;
    }
    boolean isForUpgrade = answer.status() == 426 || plainPassed;
    return sent.isUpgrade() && isForUpgrade ? Cause.UPGRADE_REFUSED : Cause.ANSWERED_BY_HOP;
  }

  /** Envoy's 403 to an upgrade that no {@code upgrade_configs} allows has no body. */
  private boolean isEnvoys() {
    return answer.body().isEmpty() && Marks.of(null, answer).of(Product.ENVOY).isPresent();
  }

  /** Where a redirect leads. */
  private record Redirect(Sent sent, URI target) {
    private static final Pattern LOGIN =
        Pattern.compile("(?i)log-?in|sign-?in|sso|saml|oauth|/auth|adfs|access/|authorize");

    /** What may be shown of a path: a word or a few, as adfs, v2.0 and openid-connect. */
    private static final Pattern WORD =
        Pattern.compile("|(?!(.*[0-9]){5})[A-Za-z0-9]{1,16}([._-][A-Za-z0-9]{1,16}){0,3}");

    static Optional<Redirect> of(Sent sent, Http answer) {
      return answer.headers().first("Location").flatMap(location -> parse(sent, location));
    }

    private static Optional<Redirect> parse(Sent sent, String location) {
      try {
        URI target = URI.create(sent.toString()).resolve(location.strip());
        return target.getHost() == null
            ? Optional.empty()
            : Optional.of(new Redirect(sent, target));
      } catch (IllegalArgumentException e) {
        return Optional.empty(); // not a URL that we could name
      }
    }

    Cause cause() {
      boolean isSameHost = target.getHost().equalsIgnoreCase(sent.host());
      String path = String.valueOf(target.getPath());
      boolean isSamePath = path.replaceFirst("/$", "").equals(sent.path().replaceFirst("/$", ""));
      if (isSameHost && isSamePath && !sent.isSecure() && "https".equals(target.getScheme())) {
        return Cause.REDIRECT_HTTPS;
      }
      if (isSameHost && isSamePath && !path.equals(sent.path())) {
        return Cause.REDIRECT_SLASH;
      }
      return !isSameHost || LOGIN.matcher(path).find() ? Cause.LOGIN_PAGE : Cause.ANSWERED_BY_HOP;
    }

    /** Without the query, where logins put their state, and without what else may be secret. */
    String inWords() {
      String port = target.getPort() < 0 ? "" : ":" + target.getPort();
      return ForeignText.printable(
          target.getScheme() + "://" + target.getHost() + port + shownPath());
    }

    private String shownPath() {
      String path = String.valueOf(target.getPath());
      String asked = path.startsWith(sent.path()) ? sent.path() : "";
      return asked
          + Stream.of(path.substring(asked.length()).split("/", -1))
              .map(segment -> WORD.matcher(segment).matches() ? segment : "…")
              .collect(Collectors.joining("/"));
    }
  }
}
