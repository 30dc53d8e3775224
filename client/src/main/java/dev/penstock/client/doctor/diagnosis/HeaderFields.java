package dev.penstock.client.doctor.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The header fields of a message, in the order they came; names are compared without case. */
public record HeaderFields(List<Field> fields) {
  public static final HeaderFields NONE = new HeaderFields(List.of());

  /** Copies them. */
  public HeaderFields {
    fields = List.copyOf(fields);
  }

  /** One line. */
  public record Field(String name, String value) {
    /** Without the value, which may be secret. */
    @Override
    public String toString() {
      return name;
    }
  }

  /** Of a name, its value, the next name and so on. */
  public static HeaderFields of(String... namesAndValues) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new HeaderFields(fields);
  }

  /** The value of the first of that name. */
  public Optional<String> first(String name) {
    return all(name).findFirst();
  }

  /** The values of all of that name. */
  public Stream<String> all(String name) {
    return fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).map(Field::value);
  }

  public boolean has(String name) {
    return first(name).isPresent();
  }

  /** Whether a list such as that of {@code Connection} has this element (RFC 9110 §5.6.1). */
  public boolean hasToken(String name, String token) {
    String wanted = token.toLowerCase(Locale.ROOT);
    return all(name)
        .flatMap(value -> Stream.of(value.split(",", -1)))
        .map(element -> element.strip().toLowerCase(Locale.ROOT))
        .anyMatch(wanted::equals);
  }
}
