package dev.mysqlproxy.plugin.admin.account;

import dev.mysqlproxy.api.admin.AdminCommand.Role;
import dev.mysqlproxy.api.listener.Credential;

/**
 * Somebody who may log in.
 *
 * @param name user name
 * @param role what they may do
 * @param credential what is known of the password
 */
record Account(String name, Role role, Credential credential) {}
