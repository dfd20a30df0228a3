/** The text of statements: cut into tokens, compared with forms, and written anew for the SQL engine. */
package dev.mysqlproxy.plugin.admin.sql;
