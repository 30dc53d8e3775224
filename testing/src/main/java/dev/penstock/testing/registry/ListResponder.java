package dev.penstock.testing.registry;

import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus.OK;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.penstock.testing.image.Manifest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;

/**
 * Lists repositories, tags and referrers, in pages of names in order (distribution specification
 * 1.1, "Content Discovery"). Any thread.
 */
final class ListResponder {
  private static final String JSON = "application/json";

  private final Catalogue catalogue;
  private final int pageCap;
  private volatile Set<ListFault> faults = Set.of();

  ListResponder(Catalogue catalogue, int pageCap) {
    this.catalogue = catalogue;
    this.pageCap = pageCap;
  }

  void faults(Set<ListFault> present) {
    faults = Set.copyOf(present);
  }

  FullHttpResponse answer(String uri, Route.Listing wanted) {
    QueryStringDecoder query = new QueryStringDecoder(uri);
    if (wanted instanceof Route.ReferrersOf referrers) {
      return faults.contains(ListFault.NO_REFERRERS)
          ? Responses.error(NOT_FOUND, "UNSUPPORTED", "no such path")
          : referrers(parameter(query, "artifactType"), referrers);
    }
    if (wanted instanceof Route.TagsOf tags) {
      return catalogue.has(tags.repository())
          ? names(uri, query, "tags", catalogue.tags(tags.repository()))
          : Responses.error(NOT_FOUND, "NAME_UNKNOWN", "repository name not known to registry");
    }
    return faults.contains(ListFault.NO_CATALOG)
        ? Responses.error(NOT_FOUND, "UNSUPPORTED", "no such path")
        : names(uri, query, "repositories", catalogue.repositories());
  }

  private FullHttpResponse names(
      String uri, QueryStringDecoder query, String member, NavigableSet<String> all) {
    String n = parameter(query, "n");
    if (!n.matches("([1-9]\\d{0,8})?")) {
      return Responses.error(BAD_REQUEST, "PAGINATION_NUMBER_INVALID", "n is no page size");
    }
    int size = n.isEmpty() ? pageCap : Math.min(pageCap, Integer.parseInt(n));
    boolean isPaged = !faults.contains(ListFault.IGNORES_PAGES);
    NavigableSet<String> rest = isPaged ? all.tailSet(parameter(query, "last"), false) : all;
    List<String> page = new ArrayList<>();
    for (String name : rest) {
      if (isPaged && page.size() == size) {
        return linked(body(member, page), link(uri, query.path(), n, page.get(size - 1)));
      }
      page.add(name);
    }
    return faults.contains(ListFault.SAME_LINK)
        ? linked(body(member, page), uri)
        : body(member, page);
  }

  private static FullHttpResponse body(String member, List<String> names) {
    JsonArray array = new JsonArray(names.size());
    names.forEach(array::add);
    JsonObject body = new JsonObject();
    body.add(member, array);
    return Responses.full(OK, JSON, body.toString().getBytes(UTF_8));
  }

  private FullHttpResponse linked(FullHttpResponse response, String target) {
    if (!faults.contains(ListFault.NO_LINK)) {
      response.headers().set("Link", "<" + target + ">; rel=\"next\"");
    }
    return response;
  }

  private String link(String uri, String path, String n, String last) {
    if (faults.contains(ListFault.SAME_LINK)) {
      return uri;
    }
    String host = faults.contains(ListFault.FOREIGN_LINK) ? "http://registry.example" : "";
    String size = n.isEmpty() ? "" : "&n=" + n;
    return host + path + "?last=" + URLEncoder.encode(last, UTF_8) + size;
  }

  private FullHttpResponse referrers(String artifactType, Route.ReferrersOf wanted) {
    boolean isFiltered =
        !artifactType.isEmpty() && !faults.contains(ListFault.IGNORES_ARTIFACT_TYPE);
    JsonArray manifests = new JsonArray();
    for (JsonObject referrer : catalogue.referrers(wanted.repository(), wanted.digest())) {
      if (!isFiltered || referrer.get("artifactType").getAsString().equals(artifactType)) {
        manifests.add(referrer);
      }
    }
    JsonObject index = new JsonObject();
    index.addProperty("schemaVersion", 2);
    index.addProperty("mediaType", Manifest.INDEX);
    index.add("manifests", manifests);
    FullHttpResponse response =
        Responses.full(OK, Manifest.INDEX, index.toString().getBytes(UTF_8));
    if (isFiltered) {
      response.headers().set("OCI-Filters-Applied", "artifactType");
    }
    return response;
  }

  private static String parameter(QueryStringDecoder query, String name) {
    return query.parameters().getOrDefault(name, List.of("")).get(0);
  }
}
