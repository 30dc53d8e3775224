package dev.penstock.client.registry.auth;

import dev.penstock.client.credentials.Credentials;

/** What a token is bought for, and with what: another customer's credentials buy another token. */
record TokenRequest(TokenKey key, Credentials credentials) {}
