/** The admin port as a SQL server: questions, changes, accounts, and what nobody may reach. */
package dev.mysqlproxy.it.admin;
