package dev.penstock.client.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.credentials.Credentials;
import dev.penstock.client.names.CallIds;
import dev.penstock.client.names.RequestId;
import dev.penstock.client.registry.http.Errand;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** In whose name a token is bought that several wait for. */
final class TokenCacheTest {
  private static final TokenRequest WANTED =
      new TokenRequest(
          new TokenKey(URI.create("https://tokens.example/token"), "fake", "scope"),
          new Credentials.None("nowhere"));

  private final List<Errand> buyers = new ArrayList<>();
  private final List<CompletableFuture<Token>> purchases = new ArrayList<>();
  private final AtomicLong nowNanos = new AtomicLong();
  private final TokenCache cache = new TokenCache(this::buy, nowNanos::get);

  private CompletableFuture<Token> buy(TokenRequest request, Errand errand) {
    assertThat(request).isEqualTo(WANTED);
    buyers.add(errand);
    CompletableFuture<Token> purchase = new CompletableFuture<>();
    purchases.add(purchase);
    return purchase;
  }

  @Test
  void tokenThatSeveralWaitFor_isBoughtInTheNameOfTheFirst() throws Exception {
    Errand first = errand("first");
    CompletableFuture<Token> one = cache.token(WANTED, first);
    CompletableFuture<Token> other = cache.token(WANTED, errand("second"));
    assertThat(buyers).containsExactly(first);
    purchases.get(0).complete(token());
    assertThat(one).isCompleted();
    assertThat(other).isCompleted();
  }

  @Test
  void tokenThatHasExpired_isBoughtInTheNameOfWhoNoticed() throws Exception {
    var unused = cache.token(WANTED, errand("first"));
    purchases.get(0).complete(token());
    var stillGood = cache.token(WANTED, errand("second"));
    assertThat(stillGood).isCompleted();
    assertThat(buyers).hasSize(1);
    nowNanos.set(300_000_000_000L);
    Errand third = errand("third");
    var due = cache.token(WANTED, third);
    assertThat(due).isNotCompleted();
    assertThat(buyers).hasSize(2).last().isSameAs(third);
  }

  private static Errand errand(String id) {
    return new Errand(new CallIds(new RequestId(id)));
  }

  private static Token token() throws Exception {
    return Token.parse("{\"token\":\"t\",\"expires_in\":300}".getBytes(StandardCharsets.UTF_8));
  }
}
