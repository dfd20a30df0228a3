/** The query-analysis plugin, on the built distribution and real servers. */
package dev.mysqlproxy.it.analysis;
