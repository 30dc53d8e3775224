package dev.penstock.tunnel.session;

/**
 * A session at the moment it begins.
 *
 * @param instance the name that the client gives itself
 * @param principal what the acceptor's authenticator made of the token; nothing for the dialler
 */
public record Attachment(String tunnelId, String instance, Object principal, Session session) {}
