package dev.penstock.testing.peers;

import java.net.URI;
import java.nio.file.Path;

/**
 * The token server that a registry sends its readers to, and whose tokens it takes (the
 * distribution project's "Token Authentication Specification").
 *
 * @param url where tokens are had
 * @param service the name by which the token server knows the registry
 * @param issuer the name that the token server puts into its tokens
 * @param certificates PEM file of what tokens are signed with
 */
public record TokenRealm(URI url, String service, String issuer, Path certificates) {}
