package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.decision.ConnectDecision;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/** Assertions about a {@link ConnectDecision}. */
public final class ConnectDecisionAssert extends AbstractAssert<ConnectDecisionAssert, ConnectDecision> {

    ConnectDecisionAssert(ConnectDecision actual) {
        super(actual, ConnectDecisionAssert.class);
    }

    /** The plugin leaves the choice to others. */
    public ConnectDecisionAssert proceeds() {
        return isInstanceOf(ConnectDecision.Proceed.class);
    }

    /** The client goes to this backend. */
    public ConnectDecisionAssert uses(int backendIndex) {
        isInstanceOf(ConnectDecision.Use.class);
        Assertions.assertThat(((ConnectDecision.Use) actual).backendIndex())
                .as("backend")
                .isEqualTo(backendIndex);
        return this;
    }

    /** The client gets the connection that was taken from the pool. */
    public ConnectDecisionAssert usesTaken() {
        return isInstanceOf(ConnectDecision.UseTaken.class);
    }

    /** The client is told this error in place of a greeting. */
    public ConnectDecisionAssert refusesWith(int code) {
        isInstanceOf(ConnectDecision.Refuse.class);
        Assertions.assertThat(((ConnectDecision.Refuse) actual).error().code())
                .as("error number")
                .isEqualTo(code);
        return this;
    }
}
