package dev.mysqlproxy.plugin.admin.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a statement looks like, read from the very line that the help shows:
 *
 * <ul>
 *   <li>{@code WORD} and symbols stand for themselves, in any case
 *   <li>{@code {A | B}} is one of these words, {@code [A | B]} one of them or nothing
 *   <li>{@code [A <n>]} is all of this or nothing
 *   <li>{@code 'text'} is any text in quotes, {@code <id>} and {@code <n>} any whole number, {@code <name>} a name,
 * with
 *       dashes in it if it has some, {@code <value>} all the rest, which is something
 *   <li>{@code ...} at the end is anything or nothing
 * </ul>
 */
public final class Syntax {

    private static final Set<String> NUMBERS = Set.of("id", "n", "count", "offset");
    private static final String VALUE = "value";

    /** One step of the pattern. */
    private sealed interface Term {
        record Literal(String word) implements Term {}

        record Choice(List<String> words, boolean optional) implements Term {}

        record Group(List<Term> terms) implements Term {}

        record Text() implements Term {}

        record Digits() implements Term {}

        record Name() implements Term {}

        record Rest(boolean empty) implements Term {}
    }

    /**
     * A statement that fits.
     *
     * @param values what stood for each choice (in upper case, empty for none), text, name and number, in order
     * @param rest what stood for {@code ...} or {@code <value>}
     */
    public record Match(List<String> values, List<Token> rest) {
        public Match {
            values = List.copyOf(values);
            rest = List.copyOf(rest);
        }

        public String value(int index) {
            return values.get(index);
        }
    }

    /** A comparison under way. */
    private static final class Attempt {
        private final List<Token> tokens;
        private final List<String> values = new ArrayList<>();
        private List<Token> rest = List.of();
        private int at;

        Attempt(List<Token> tokens) {
            this.tokens = tokens;
        }

        Token token() {
            return at < tokens.size() ? tokens.get(at) : null;
        }
    }

    private final String line;
    private final List<Term> terms;

    public Syntax(String line) {
        this.line = line;
        this.terms = read(Tokens.of(line));
    }

    public Optional<Match> match(List<Token> tokens) {
        Attempt attempt = new Attempt(tokens);
        return fits(terms, attempt) && attempt.at == tokens.size()
                ? Optional.of(new Match(attempt.values, attempt.rest))
                : Optional.empty();
    }

    private static boolean fits(List<Term> terms, Attempt attempt) {
        return terms.stream().allMatch(term -> fits(term, attempt));
    }

    private static boolean fits(Term term, Attempt attempt) {
        Token token = attempt.token();
        if (term instanceof Term.Rest rest) {
            attempt.rest = attempt.tokens.subList(attempt.at, attempt.tokens.size());
            attempt.at = attempt.tokens.size();
            return rest.empty() || !attempt.rest.isEmpty();
        }
        if (term instanceof Term.Group group) {
            return fitsOptional(group, attempt);
        }
        if (term instanceof Term.Choice choice) {
            return fits(choice, attempt);
        }
        if (token == null) {
            return false;
        }
        if (term instanceof Term.Literal literal) {
            attempt.at++;
            return token.is(literal.word());
        }
        if (term instanceof Term.Name) {
            return fitsName(attempt);
        }
        attempt.at++;
        attempt.values.add(token.text());
        return term instanceof Term.Text
                ? token.sort() == Token.Sort.STRING
                : token.sort() == Token.Sort.NUMBER && token.text().indexOf('.') < 0;
    }

    private static boolean fits(Term.Choice choice, Attempt attempt) {
        Token token = attempt.token();
        if (token != null && choice.words().stream().anyMatch(token::is)) {
            attempt.values.add(token.text().toUpperCase(Locale.ROOT));
            attempt.at++;
            return true;
        }
        attempt.values.add("");
        return choice.optional();
    }

    private static boolean fitsOptional(Term.Group group, Attempt attempt) {
        int at = attempt.at;
        int values = attempt.values.size();
        if (!fits(group.terms(), attempt)) {
            attempt.at = at;
            attempt.values.subList(values, attempt.values.size()).clear();
            long absent = group.terms().stream()
                    .filter(term -> !(term instanceof Term.Literal))
                    .count();
            attempt.values.addAll(Collections.nCopies((int) absent, ""));
        }
        return true;
    }

    /** {@code query-analysis} is one name, though three tokens. */
    private static boolean fitsName(Attempt attempt) {
        Token token = attempt.token();
        StringBuilder name = new StringBuilder(token.text());
        boolean bare = token.sort() == Token.Sort.WORD;
        int end = token.end();
        attempt.at++;
        while (bare && attempt.token() != null && attempt.token().start() == end && isInName(attempt.token())) {
            name.append(attempt.token().text());
            end = attempt.token().end();
            attempt.at++;
        }
        attempt.values.add(name.toString());
        return bare || token.sort() == Token.Sort.QUOTED || token.sort() == Token.Sort.STRING;
    }

    private static boolean isInName(Token token) {
        return token.is("-") || token.sort() == Token.Sort.WORD || token.sort() == Token.Sort.NUMBER;
    }

    private static List<Term> read(List<Token> line) {
        List<Term> terms = new ArrayList<>();
        for (int at = 0; at < line.size(); at++) {
            Token token = line.get(at);
            if (token.is("{") || token.is("[")) {
                int close = indexOf(line, token.is("{") ? "}" : "]", at);
                terms.add(alternatives(line.subList(at + 1, close), token.is("[")));
                at = close;
            } else if (token.is("<")) {
                String name = line.get(at + 1).text();
                at = indexOf(line, ">", at);
                terms.add(
                        NUMBERS.contains(name)
                                ? new Term.Digits()
                                : name.equals(VALUE) ? new Term.Rest(false) : new Term.Name());
            } else if (token.is(".")) {
                terms.add(new Term.Rest(true));
                break;
            } else if (token.sort() == Token.Sort.STRING) {
                terms.add(new Term.Text());
            } else {
                terms.add(new Term.Literal(token.text()));
            }
        }
        return List.copyOf(terms);
    }

    private static Term alternatives(List<Token> words, boolean optional) {
        boolean isChoice = words.size() == 1 || words.stream().anyMatch(word -> word.is("|"));
        if (!isChoice) {
            return new Term.Group(read(words));
        }
        return new Term.Choice(
                words.stream().filter(word -> !word.is("|")).map(Token::text).toList(), optional);
    }

    private static int indexOf(List<Token> line, String symbol, int from) {
        for (int at = from; at < line.size(); at++) {
            if (line.get(at).is(symbol)) {
                return at;
            }
        }
        throw new IllegalArgumentException("a syntax line lacks " + symbol);
    }

    @Override
    public String toString() {
        return line;
    }
}
