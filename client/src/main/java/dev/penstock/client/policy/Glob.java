package dev.penstock.client.policy;

/** Matches one name against a text in which each {@code *} stands for any part, also none. */
final class Glob {
  private Glob() {}

  /** By the classic scan that remembers only the last star: no pattern makes it explode. */
  static boolean matches(String wanted, String given) {
    int w = 0;
    int g = 0;
    int star = -1;
    int starAt = 0;
    while (g < given.length()) {
      if (w < wanted.length() && wanted.charAt(w) == '*') {
        star = w++;
        starAt = g;
      } else if (w < wanted.length() && wanted.charAt(w) == given.charAt(g)) {
        w++;
        g++;
      } else if (star >= 0) {
        w = star + 1;
        g = ++starAt;
      } else {
        return false;
      }
    }
    return isOnlyStars(wanted, w);
  }

  private static boolean isOnlyStars(String wanted, int from) {
    int w = from;
    while (w < wanted.length() && wanted.charAt(w) == '*') {
      w++;
    }
    return w == wanted.length();
  }
}
