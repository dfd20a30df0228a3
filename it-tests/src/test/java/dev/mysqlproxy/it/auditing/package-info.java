/** What the auditing plugin writes, on the built distribution and real servers. */
package dev.mysqlproxy.it.auditing;
