package dev.penstock.client.policy.file;

import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A policy as YAML:
 *
 * <pre>{@code
 * rules:                        # required; denied is what no rule allows
 *   - name: no secrets          # default: rule 1, rule 2, ...
 *     deny: [team/secret, team/secret/**]
 *   - allow: [team/**, base/*]
 *     registries: [main]        # default: all
 *     operations: [read]        # default: all
 *     largest-blob: 10GiB       # default: any size
 * limits:                       # default: none
 *   transfers: 20               # blobs at once, in total
 *   bytes-per-second: 50MiB     # in total, of all operations
 *   registries:
 *     main:
 *       transfers: 10
 *       bytes-per-second: 20MiB
 * }</pre>
 *
 * <p>All values are taken as the text that is written: to YAML alone, a repository {@code 1.10}
 * were the number 1.1, and {@code no} were false. Unknown keys are errors, since they are typing
 * errors. Each error names the file, the rule and the key, and what is accepted.
 */
public final class PolicyFile {
  static final int MAX_BYTES = 1 << 20;
  private static final String RULES = "rules";
  private static final String LIMITS = "limits";

  private PolicyFile() {}

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException naming the file and what is wrong in it
   */
  public static PolicyDocument read(Path file) {
    try {
      return parse(file, content(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(unreadable(file, e), e);
    }
  }

  /** Why there is no content, for people. */
  static String unreadable(Path file, IOException e) {
    return "policy: %s cannot be read (%s)".formatted(file, e.getClass().getSimpleName());
  }

  /** All of the file, or, of one that is too large, too much for {@link #parse}. */
  private static byte[] content(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_BYTES + 1);
    }
  }

  /** What the file holds when this is its content. */
  static PolicyDocument parse(Path file, byte[] content) {
    String place = "policy: " + file;
    if (content.length > MAX_BYTES) {
      throw new IllegalArgumentException(place + ": has more than " + MAX_BYTES + " bytes");
    }
    Section root = Section.of(place, load(place, text(place, content)), RULES, LIMITS);
    List<Rule> rules = rules(root);
    Policy policy = root.make(() -> new Policy(rules));
    return new PolicyDocument(policy, LimitsSection.read(root, LIMITS));
  }

  private static List<Rule> rules(Section root) {
    if (!(root.values().get(RULES) instanceof List<?> rules)) {
      throw root.wrong(RULES, "must be a list of rules; an empty one, [], denies everything");
    }
    return IntStream.range(0, rules.size())
        .mapToObj(i -> RuleSection.read(root.place(), i + 1, rules.get(i)))
        .toList();
  }

  private static String text(String place, byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(place + ": must be UTF-8 text", e);
    }
  }

  /** Besides its own exceptions, the parser lets those of tags it knows, like !!int, through. */
  private static @Nullable Object load(String place, String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    DumperOptions unused = new DumperOptions();
    try {
      return new Yaml(
              new SafeConstructor(options),
              new Representer(unused),
              unused,
              options,
              new AsWritten())
          .load(text);
    } catch (MarkedYAMLException e) {
      throw new IllegalArgumentException(place + ": " + onOneLine(e), e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(place + ": is not YAML", e);
    }
  }

  private static String onOneLine(MarkedYAMLException e) {
    String where =
        e.getProblemMark() == null ? "" : "line " + (e.getProblemMark().getLine() + 1) + ": ";
    return where + String.valueOf(e.getProblem()).replaceAll("[^\\x20-\\x7e]", "?");
  }

  /** Knows no numbers, dates or truth values. */
  private static final class AsWritten extends Resolver {
    @Override
    protected void addImplicitResolvers() {}
  }
}
