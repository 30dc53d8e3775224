package dev.penstock.client.doctor.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.penstock.client.ClientConfig;
import dev.penstock.client.credentials.PasswordSource;
import dev.penstock.client.network.Network;
import dev.penstock.client.network.ProxySettings;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.auth.BasicCredentials;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All secrets that a configuration and its environment hold: those that are to be found in no text.
 * What cannot be read is known to nobody here, and so can be told by nobody.
 */
public final class KnownSecrets {
  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i).*(TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIAL|API_?KEY|PRIVATE).*");

  /** {@code https_proxy} and the like: user and password are in their URLs. */
  private static final Pattern USER_INFO = Pattern.compile("//([^/@\\s]*)@|^([^/@\\s]*)@");

  /** Of variables of our own: what they hold is a secret however short it is. */
  private static final String OURS = "PENSTOCK_";

  /**
   * Other programs' variables have such names, too, and hold a number or a yes: each of these in a
   * report would be taken for it.
   */
  private static final int MIN_CHARS_OF_OTHERS = 6;

  private static final Pattern NO_SECRET =
      Pattern.compile("(?i)true|false|yes|no|on|off|enabled?|disabled?|none|null|always|never");

  /** Larger ones are no auth files. */
  private static final int MAX_FILE_BYTES = 1 << 20;

  private final Set<String> secrets = new HashSet<>();

  private KnownSecrets() {}

  /** Reads files, and runs no helper. */
  public static Set<String> of(ClientConfig config, Map<String, String> environment) {
    KnownSecrets known = new KnownSecrets();
    known.add(config.token());
    config.registries().stream()
        .map(RegistryEndpoint::credentials)
        .flatMap(Stream::ofNullable)
        .map(BasicCredentials::password)
        .forEach(known::add);
    known.add(config.network());
    known.add(config.registryNetwork());
    Stream.ofNullable(config.authFiles())
        .flatMap(files -> files.paths().stream())
        .forEach(known::addAuthFile);
    environment.forEach(known::addVariable);
    known.secrets.removeIf(String::isBlank);
    return known.secrets;
  }

  private void add(PasswordSource source) {
    try {
      secrets.add(source.readPassword().strip());
    } catch (IOException e) {
      // not there: nothing to hide
    }
  }

  private void add(Network network) {
    Stream.of(network.proxies())
        .flatMap(
            rules ->
                Stream.concat(Stream.ofNullable(rules.secure()), Stream.ofNullable(rules.plain())))
        .map(ProxySettings::password)
        .flatMap(Stream::ofNullable)
        .forEach(this::add);
  }

  private void addVariable(String name, String value) {
    if (name.toLowerCase(Locale.ROOT).endsWith("_proxy")) {
      addUserInfo(value);
    } else if (SECRET_NAME.matcher(name).matches() && !name.endsWith("_FILE")) {
      addUnlessASwitch(name, value.strip());
    }
  }

  private void addUnlessASwitch(String name, String value) {
    boolean isLikely = value.length() >= MIN_CHARS_OF_OTHERS && !NO_SECRET.matcher(value).matches();
    if (isLikely || name.startsWith(OURS)) {
      secrets.add(value);
    }
  }

  private void addUserInfo(String url) {
    Matcher found = USER_INFO.matcher(url);
    if (!found.find()) {
      return;
    }
    String userInfo = found.group(1) == null ? found.group(2) : found.group(1);
    String password = userInfo.substring(userInfo.indexOf(':') + 1);
    if (userInfo.indexOf(':') >= 0) {
      secrets.add(password);
      secrets.add(decoded(password));
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private void addAuthFile(Path file) {
    try {
      if (Files.isRegularFile(file) && Files.size(file) <= MAX_FILE_BYTES) {
        addAll("", JsonParser.parseString(Files.readString(file)));
      }
    } catch (IOException | JsonParseException e) {
      // not read by the client either
    }
  }

  private void addAll(String name, JsonElement element) {
    if (element.isJsonObject()) {
      JsonObject object = element.getAsJsonObject();
      object.keySet().forEach(key -> addAll(key, object.get(key)));
    } else if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(each -> addAll(name, each));
    } else if (element.isJsonPrimitive()) {
      addMember(name, element.getAsString());
    }
  }

  private void addMember(String name, String value) {
    switch (name.toLowerCase(Locale.ROOT)) {
      case "password", "identitytoken", "registrytoken" -> secrets.add(value);
      case "auth" -> {
        secrets.add(value);
        addPair(value);
      }
      default -> {
        // a user, a helper's name
      }
    }
  }

  private void addPair(String auth) {
    try {
      String pair = new String(Base64.getDecoder().decode(auth.replaceAll("\\s", "")), UTF_8);
      secrets.add(pair.substring(pair.indexOf(':') + 1).replaceAll("^\0+|\0+$", ""));
    } catch (IllegalArgumentException e) {
      // no base64, and so no password
    }
  }
}
