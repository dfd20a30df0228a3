/**
 * The demo: {@code distribution/demo/demo.sh}. Two real servers, the built distribution before them, and a short sample
 * that a newcomer can watch and repeat. Whatever it starts is gone when it ends, however it ends.
 */
package dev.mysqlproxy.it.demo;
