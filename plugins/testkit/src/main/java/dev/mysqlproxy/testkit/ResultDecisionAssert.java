package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.decision.ResultDecision;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/** Assertions about a {@link ResultDecision}. */
public final class ResultDecisionAssert extends AbstractAssert<ResultDecisionAssert, ResultDecision> {

    ResultDecisionAssert(ResultDecision actual) {
        super(actual, ResultDecisionAssert.class);
    }

    /** The client gets the result. */
    public ResultDecisionAssert passes() {
        return isInstanceOf(ResultDecision.Pass.class);
    }

    /** The client gets nothing for it. */
    public ResultDecisionAssert ignores() {
        return isInstanceOf(ResultDecision.Ignore.class);
    }

    /** The client gets something else; what. */
    public ResultAssert replaces() {
        isInstanceOf(ResultDecision.Replace.class);
        return new ResultAssert(FakeResult.of(((ResultDecision.Replace) actual).reply()));
    }

    /** These texts go to the server, too. */
    public ResultDecisionAssert injectsMore(String... statements) {
        isNotNull();
        Assertions.assertThat(actual.more().stream()
                        .map(injection ->
                                FakeCommand.ofPayload(injection.payload()).text()))
                .as("further injected statements")
                .containsExactly(statements);
        return this;
    }
}
