package dev.penstock.client.service;

import dev.penstock.client.names.InvalidNameException;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.Page;
import dev.penstock.client.registry.PageRequest;
import dev.penstock.client.registry.PageToken;
import dev.penstock.client.registry.RegistryReader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * The repositories of a registry that the customer's policy shows. No other name leaves, not even
 * as the place where a list goes on: a page that ends with a hidden name is cut after its last
 * allowed one, and where it has none, the next page is read in its place.
 *
 * <p>Threads: any; the registry's reads continue each other.
 */
final class ShownRepositories {
  private final RegistryReader registry;
  private final Predicate<Repository> shown;

  ShownRepositories(RegistryReader registry, Predicate<Repository> shown) {
    this.registry = registry;
    this.shown = shown;
  }

  /** Reads a page; cancelling it cancels the read under way. */
  CompletableFuture<Page<Repository>> page(PageRequest request) {
    CompletableFuture<Page<Repository>> result = new CompletableFuture<>();
    read(request, result);
    return result;
  }

  private void read(PageRequest request, CompletableFuture<Page<Repository>> result) {
    CompletableFuture<Page<Repository>> reading = registry.repositories(request);
    result.whenComplete((page, failure) -> reading.cancel(true));
    reading.whenComplete(
        (page, failure) -> {
          if (failure == null) {
            judge(request, page, result);
          } else {
            result.completeExceptionally(failure);
          }
        });
  }

  private void judge(
      PageRequest request, Page<Repository> page, CompletableFuture<Page<Repository>> result) {
    List<Repository> told = page.entries().stream().filter(shown).toList();
    PageToken next = page.next();
    if (next == null || next.name().map(this::mayTell).orElse(true)) {
      result.complete(new Page<>(told, next));
      return;
    }
    String last = told.isEmpty() ? "" : told.get(told.size() - 1).value();
    PageToken cut = PageToken.after(last);
    if (last.isEmpty() || cut.equals(request.token())) { // the latter: it brought nothing new
      read(request.onAfter(next.name().orElseThrow()), result);
    } else {
      result.complete(new Page<>(told, cut));
    }
  }

  private boolean mayTell(String name) {
    try {
      return shown.test(new Repository(name));
    } catch (InvalidNameException e) {
      return false;
    }
  }
}
