/** The product under test: the built distribution, started and stopped as an operator would. */
package dev.mysqlproxy.it.proxy;
