package dev.penstock.tunnel.session;

/**
 * A session at the moment it begins.
 *
 * @param instance the name that the client gives itself
 */
public record Attachment(String tunnelId, String instance, Session session) {}
