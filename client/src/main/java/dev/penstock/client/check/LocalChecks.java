package dev.penstock.client.check;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Plaintext;
import dev.penstock.client.Secret;
import dev.penstock.client.credentials.PasswordSource;
import dev.penstock.client.network.Network;
import dev.penstock.client.network.ProxySettings;
import dev.penstock.client.policy.Operation;
import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.Rule;
import dev.penstock.client.policy.file.PolicyDocument;
import dev.penstock.client.policy.file.PolicyFile;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.auth.BasicCredentials;
import dev.penstock.tunnel.connection.ClientTls;
import dev.penstock.tunnel.connection.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tries what is on this machine: secrets, certificates, and what the settings add up to. */
final class LocalChecks {
  /** Without any of them no transfer can work. */
  private static final Set<Operation> READS =
      EnumSet.of(Operation.FETCH_BLOB, Operation.FETCH_MANIFEST);

  private static final String NOTHING_ALLOWED = "nothing may be read: no rule allows it";

  private final ClientConfig config;
  private final List<Finding> findings = new ArrayList<>();

  LocalChecks(ClientConfig config) {
    this.config = config;
  }

  List<Finding> run() {
    token();
    registryPassword();
    proxyPassword("proxy password", config.network());
    proxyPassword("registry proxy password", config.registryNetwork());
    tls("server TLS files", config.network().tls());
    tls("registry TLS files", config.registryNetwork().tls());
    plaintext();
    policy();
    return findings;
  }

  private void policy() {
    Path file = config.policyFile();
    if (file == null) {
      if (!allowsReading(config.policy())) {
        findings.add(
            Finding.misconfigured("allow", NOTHING_ALLOWED, "name repositories by --allow"));
      }
      return;
    }
    try {
      PolicyDocument document = PolicyFile.read(file);
      findings.add(
          allowsReading(document.policy())
              ? PolicyFinding.of(document, config)
              : Finding.misconfigured(
                  "policy",
                  NOTHING_ALLOWED,
                  "add a rule that allows fetch-blob or fetch-manifest"));
    } catch (IllegalArgumentException e) {
      findings.add(
          Finding.misconfigured("policy", String.valueOf(e.getMessage()), "correct the file"));
    }
  }

  /** Of some repository, in some registry; whether there are any such, only a registry knows. */
  private static boolean allowsReading(Policy policy) {
    return policy.rules().stream()
        .filter(rule -> rule.effect() == Rule.Effect.ALLOW)
        .anyMatch(rule -> rule.operations().stream().anyMatch(READS::contains));
  }

  private void token() {
    try {
      var unused = config.token().read();
      findings.add(readable("token", config.token()));
    } catch (IOException e) {
      findings.add(
          Finding.misconfigured(
              "token", String.valueOf(e.getMessage()), "put the tunnel's token there, alone"));
    }
  }

  private void registryPassword() {
    config.registries().stream()
        .map(RegistryEndpoint::credentials)
        .flatMap(Stream::ofNullable)
        .map(BasicCredentials::password)
        .findFirst()
        .ifPresent(password -> password("registry password", password));
  }

  private void proxyPassword(String subject, Network network) {
    Stream.of(
            Optional.ofNullable(network.proxies().secure()),
            Optional.ofNullable(network.proxies().plain()))
        .flatMap(Optional::stream)
        .map(ProxySettings::password)
        .flatMap(Stream::ofNullable)
        .findFirst()
        .ifPresent(password -> password(subject, password));
  }

  private void password(String subject, PasswordSource password) {
    try {
      findings.add(
          password.readPassword().isEmpty()
              ? Finding.warning(subject, password + " is empty", "put the password there")
              : readable(subject, password));
    } catch (IOException e) {
      findings.add(
          Finding.misconfigured(
              subject, String.valueOf(e.getMessage()), "check the path and its permissions"));
    }
  }

  private static Finding readable(String subject, PasswordSource secret) {
    Path file = secret instanceof Secret known ? known.file() : null;
    return isOpenToAll(file)
        ? Finding.warning(
            subject, "everybody on this machine can read " + secret, "chmod 600 (or 400) " + secret)
        : Finding.ok(subject, "in " + secret);
  }

  private static boolean isOpenToAll(@Nullable Path file) {
    try {
      Set<PosixFilePermission> permissions =
          file == null ? Set.of() : Files.getPosixFilePermissions(file);
      return permissions.contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false; // not a file system that would say
    }
  }

  private void tls(String subject, ClientTls files) {
    if (files.equals(ClientTls.DEFAULTS)) {
      return;
    }
    try {
      var unused = TlsFiles.dialling(files);
      findings.add(CertificateAndKey.check(subject, files));
    } catch (IOException e) {
      findings.add(
          Finding.misconfigured(
              subject,
              String.valueOf(e.getMessage()),
              "certificates are PEM, keys PEM in PKCS #8 without a passphrase"));
    }
  }

  private void plaintext() {
    if (Plaintext.showsToken(config)) {
      findings.add(
          Finding.warning(
              "server", "the token goes to " + config.server() + " unencrypted", "use wss://"));
    }
    Plaintext.showingPassword(config).stream()
        .map(
            registry ->
                Finding.warning(
                    "registry '" + registry.name() + "'",
                    "the password goes to " + registry.uri() + " unencrypted",
                    "use https://"))
        .forEach(findings::add);
  }
}
