package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.decision.LoginDecision;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/** Assertions about a {@link LoginDecision}. */
public final class LoginDecisionAssert extends AbstractAssert<LoginDecisionAssert, LoginDecision> {

    LoginDecisionAssert(LoginDecision actual) {
        super(actual, LoginDecisionAssert.class);
    }

    /** The packet passes on. */
    public LoginDecisionAssert proceeds() {
        return isInstanceOf(LoginDecision.Proceed.class);
    }

    /** Another packet passes on in its place. */
    public LoginDecisionAssert replacesWith(byte... payload) {
        isInstanceOf(LoginDecision.Replace.class);
        Assertions.assertThat(((LoginDecision.Replace) actual).payload())
                .as("payload")
                .isEqualTo(payload);
        return this;
    }

    /** The client is told this error. */
    public LoginDecisionAssert refusesWith(int code) {
        isInstanceOf(LoginDecision.Refuse.class);
        Assertions.assertThat(((LoginDecision.Refuse) actual).error().code())
                .as("error number")
                .isEqualTo(code);
        return this;
    }

    /** The client is answered in the server's place; what it gets. */
    public ResultAssert answers() {
        isInstanceOf(LoginDecision.Answer.class);
        return new ResultAssert(FakeResult.of(((LoginDecision.Answer) actual).reply()));
    }
}
