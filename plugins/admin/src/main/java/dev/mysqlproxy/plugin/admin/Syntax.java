package dev.mysqlproxy.plugin.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a statement looks like, read from the very line that the help shows:
 *
 * <ul>
 *   <li>{@code WORD} and symbols stand for themselves, in any case
 *   <li>{@code {A | B}} is one of these words, {@code [A | B]} one of them or nothing
 *   <li>{@code 'text'} is any text in quotes, {@code <name>} any whole number
 *   <li>{@code ...} at the end is anything or nothing
 * </ul>
 */
final class Syntax {

    /** One step of the pattern. */
    private sealed interface Term {
        record Literal(String word) implements Term {}

        record Choice(List<String> words, boolean optional) implements Term {}

        record Text() implements Term {}

        record Digits() implements Term {}

        record Rest() implements Term {}
    }

    /**
     * A statement that fits.
     *
     * @param values what stood for each choice (in upper case, empty for none), text and number, in order
     * @param rest what stood for {@code ...}
     */
    record Match(List<String> values, List<Token> rest) {
        Match {
            values = List.copyOf(values);
            rest = List.copyOf(rest);
        }

        String value(int index) {
            return values.get(index);
        }
    }

    private final String line;
    private final List<Term> terms;

    Syntax(String line) {
        this.line = line;
        this.terms = read(Tokens.of(line));
    }

    Optional<Match> match(List<Token> tokens) {
        List<String> values = new ArrayList<>();
        int at = 0;
        for (Term term : terms) {
            Token token = at < tokens.size() ? tokens.get(at) : null;
            if (term instanceof Term.Rest) {
                return Optional.of(new Match(values, tokens.subList(at, tokens.size())));
            }
            if (token != null && fits(term, token)) {
                at++;
                if (term instanceof Term.Choice) {
                    values.add(token.text().toUpperCase(Locale.ROOT));
                } else if (!(term instanceof Term.Literal)) {
                    values.add(token.text());
                }
            } else if (term instanceof Term.Choice choice && choice.optional()) {
                values.add("");
            } else {
                return Optional.empty();
            }
        }
        return at == tokens.size() ? Optional.of(new Match(values, List.of())) : Optional.empty();
    }

    private static boolean fits(Term term, Token token) {
        if (term instanceof Term.Literal literal) {
            return token.is(literal.word());
        }
        if (term instanceof Term.Choice choice) {
            return choice.words().stream().anyMatch(token::is);
        }
        if (term instanceof Term.Text) {
            return token.sort() == Token.Sort.STRING;
        }
        return token.sort() == Token.Sort.NUMBER && token.text().indexOf('.') < 0;
    }

    private static List<Term> read(List<Token> line) {
        List<Term> terms = new ArrayList<>();
        for (int at = 0; at < line.size(); at++) {
            Token token = line.get(at);
            if (token.is("{") || token.is("[")) {
                int close = indexOf(line, token.is("{") ? "}" : "]", at);
                List<String> words = line.subList(at + 1, close).stream()
                        .filter(word -> !word.is("|"))
                        .map(Token::text)
                        .toList();
                terms.add(new Term.Choice(words, token.is("[")));
                at = close;
            } else if (token.is("<")) {
                at = indexOf(line, ">", at);
                terms.add(new Term.Digits());
            } else if (token.is(".")) {
                terms.add(new Term.Rest());
                break;
            } else if (token.sort() == Token.Sort.STRING) {
                terms.add(new Term.Text());
            } else {
                terms.add(new Term.Literal(token.text()));
            }
        }
        return List.copyOf(terms);
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
