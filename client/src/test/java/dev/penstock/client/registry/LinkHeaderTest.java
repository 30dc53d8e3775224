package dev.penstock.client.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinkHeaderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "</next>; rel=\"next\"",
        "</next>;rel=next",
        "< /next > ; Rel = \"NEXT\"",
        "</next>; rel=\"last next\"",
        "</next>; title=\"a, <b>; rel=prev\"; rel=next",
        "</next>; title=\"quoted \\\" mark\"; rel=next",
        "</next>; rel=next; rel=prev",
        "</next>; flag; rel=next",
        "</prev>; rel=prev, </next>; rel=next",
        "</prev>; rel=\"prev\",</next>; rel=\"next\", </first>; rel=\"first\"",
        ", ,</next>; rel=next,",
        "</next>; rel=next, not a link",
      })
  void next_isFoundAmongLinksAndParameters(String line) {
    assertThat(LinkHeader.next(List.of(line))).contains("/next");
  }

  @Test
  void next_isFoundOnALaterLine() {
    assertThat(LinkHeader.next(List.of("</a>; rel=prev", "junk", "</b>; rel=next"))).contains("/b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "</a>",
        "</a>; rel=prev",
        "</a>; rel=nextish",
        "</a>; rel",
        "</a>; rel=prev; rel=next",
        "/a; rel=next",
        "</a; rel=next",
        "</a>; title=\"; rel=next",
        "junk </a>; rel=next",
      })
  void anythingElse_isNoNextPage(String line) {
    assertThat(LinkHeader.next(List.of(line))).isEmpty();
  }

  @Test
  void hostileLine_costsLinearTime() {
    for (String part : List.of("</a>;x,", "</a>; t=\"\\\"", ";;", "<", ", ")) {
      assertThat(LinkHeader.next(List.of(part.repeat(20_000)))).isEmpty();
    }
  }
}
