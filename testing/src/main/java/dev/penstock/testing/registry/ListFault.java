package dev.penstock.testing.registry;

/** What a registry does wrong, or differently, when it lists. */
public enum ListFault {
  /** Gives all it has at once, whatever page is asked for. */
  IGNORES_PAGES,

  /** Heeds {@code n} and {@code last}, and never says that there is more. */
  NO_LINK,

  /** Names the page itself as the next one, for ever. */
  SAME_LINK,

  /** Names a page of another host as the next one. */
  FOREIGN_LINK,

  /** Does not filter referrers by artifact type. */
  IGNORES_ARTIFACT_TYPE,

  /** Knows no list of repositories. */
  NO_CATALOG,

  /** Knows no list of referrers. */
  NO_REFERRERS
}
