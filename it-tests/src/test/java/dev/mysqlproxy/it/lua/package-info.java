/** Lua scripts in the built distribution: those that come with it, those of users, and those that do harm. */
package dev.mysqlproxy.it.lua;
