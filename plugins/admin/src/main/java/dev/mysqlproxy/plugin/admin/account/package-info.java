/** Who may log in at the admin port, and what they may do there. */
package dev.mysqlproxy.plugin.admin.account;
