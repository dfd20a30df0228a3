/** TLS, and who may log in, on the built distribution and real servers. */
package dev.mysqlproxy.it.security;
