package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;

/** Assertions about what plugins decide and answer. Import {@code assertThat} beside AssertJ's own. */
public final class PluginAssertions {

    private PluginAssertions() {}

    public static QueryDecisionAssert assertThat(QueryDecision actual) {
        return new QueryDecisionAssert(actual);
    }

    public static ResultDecisionAssert assertThat(ResultDecision actual) {
        return new ResultDecisionAssert(actual);
    }

    public static ConnectDecisionAssert assertThat(ConnectDecision actual) {
        return new ConnectDecisionAssert(actual);
    }

    public static LoginDecisionAssert assertThat(LoginDecision actual) {
        return new LoginDecisionAssert(actual);
    }

    public static ResultAssert assertThat(FakeResult actual) {
        return new ResultAssert(actual);
    }

    public static ResultAssert assertThat(Reply actual) {
        return new ResultAssert(actual == null ? null : FakeResult.of(actual));
    }

    public static TableAssert assertThat(AdminTable actual) {
        return new TableAssert(actual);
    }
}
