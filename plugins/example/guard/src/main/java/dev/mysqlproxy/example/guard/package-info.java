/** The tutorial plugin of the manual. */
package dev.mysqlproxy.example.guard;
