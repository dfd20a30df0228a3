package dev.mysqlproxy.plugin.admin.engine;

import dev.mysqlproxy.api.admin.AdminTable;

/**
 * A table for a query.
 *
 * @param schema under which the query finds it
 * @param table what is in it; its rows are read once
 */
public record EngineTable(String schema, AdminTable table) {}
