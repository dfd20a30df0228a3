/** What plugins add to the admin port: tables to read and statements to give. */
package dev.mysqlproxy.api.admin;
