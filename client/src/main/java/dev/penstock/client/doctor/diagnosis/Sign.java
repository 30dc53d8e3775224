package dev.penstock.client.doctor.diagnosis;

import java.util.regex.Pattern;

/**
 * By what one product is known.
 *
 * @param header by whose presence
 * @param value and by what somewhere in it
 */
record Sign(Product product, String header, Pattern value) {
  private static final Pattern ANYTHING = Pattern.compile("");

  static Sign of(Product product, String header) {
    return new Sign(product, header, ANYTHING);
  }

  static Sign of(Product product, String header, String value) {
    return new Sign(product, header, Pattern.compile(value, Pattern.CASE_INSENSITIVE));
  }

  boolean isOn(HeaderFields headers) {
    return headers.all(header).anyMatch(found -> value.matcher(found).find());
  }
}
