package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/** Assertions about a {@link QueryDecision}. */
public final class QueryDecisionAssert extends AbstractAssert<QueryDecisionAssert, QueryDecision> {

    QueryDecisionAssert(QueryDecision actual) {
        super(actual, QueryDecisionAssert.class);
    }

    /** The command goes on unchanged. */
    public QueryDecisionAssert forwards() {
        is(QueryDecision.Forward.class);
        return this;
    }

    /** The client is answered in the server's place; what it gets. */
    public ResultAssert answers() {
        return new ResultAssert(FakeResult.of(is(QueryDecision.Answer.class).reply()));
    }

    /** The client is answered with an error of this number. */
    public QueryDecisionAssert answersError(int code) {
        answers().isError(code);
        return this;
    }

    /** The client is told this error and its session ends. */
    public QueryDecisionAssert refusesWith(int code) {
        Reply.Err error = is(QueryDecision.Refuse.class).error();
        Assertions.assertThat(error.code()).as("error number of %s", error).isEqualTo(code);
        return this;
    }

    /** These texts go to the server in the command's place, in this order. */
    public QueryDecisionAssert injects(String... statements) {
        List<String> texts = is(QueryDecision.Inject.class).injections().stream()
                .map(Injection::payload)
                .map(payload -> FakeCommand.ofPayload(payload).text())
                .toList();
        Assertions.assertThat(texts).as("injected statements").containsExactly(statements);
        return this;
    }

    /** It is not decided yet. */
    public QueryDecisionAssert isPending() {
        is(QueryDecision.Later.class);
        return this;
    }

    private <D extends QueryDecision> D is(Class<D> kind) {
        isInstanceOf(kind);
        return kind.cast(actual);
    }
}
