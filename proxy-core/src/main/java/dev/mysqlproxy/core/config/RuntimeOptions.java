package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.lifecycle.ProxyControl.OptionChange;
import dev.mysqlproxy.api.lifecycle.ProxyControl.OptionInfo;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * The options of a running process: what {@link Configuration} found at the start, and what operators and plugins that come
 * and go have made of it since. Any thread. Those who read a value get the newest; changes happen one at a time, and no
 * consumer is called while another one is.
 */
public final class RuntimeOptions implements OptionValues {

    private static final Logger LOG = LoggerFactory.getLogger(RuntimeOptions.class);
    private static final Marker MESSAGE = MarkerFactory.getMarker("MESSAGE");
    private static final String EFFECT = "holds at once; what runs already may end with the old value";

    private final Configuration start;
    private final List<OptionGroup> groups;
    private final Map<Option<?>, Held> held = new ConcurrentHashMap<>();
    private final List<Listener<?>> listeners = new CopyOnWriteArrayList<>();
    /** What operators have set, by name: an option may go with its plugin and come back as another object. */
    private final Map<String, Given> changes = new TreeMap<>();

    /** A value that may be missing, and where it came from. */
    private record Held(Object value, Source source) {}

    private record Listener<T>(String plugin, Option<T> option, Consumer<T> apply) {
        @SuppressWarnings("unchecked") // ValueReader makes the type that goes with the kind, and Option ties kind to T
        void tell(Object value) {
            apply.accept((T) value);
        }
    }

    /** Begins with what the start found. */
    public RuntimeOptions(Configuration start) {
        this.start = start;
        this.groups = new CopyOnWriteArrayList<>(start.groups());
        start.groups().forEach(group -> take(group, start));
    }

    private void take(OptionGroup group, Configuration from) {
        for (Option<?> option : group.options()) {
            held.put(option, new Held(from.find(option).orElse(null), from.sourceOf(option)));
        }
    }

    // --- plugins that come and go -----------------------------------------------------------------------------------

    /**
     * Takes in the options of a plugin that is loaded while the proxy runs. Its values come from the command line and the
     * files as they are now, and from what operators have set when it was here before. An older group of this name stays
     * readable until {@link #removePlugin}: the older instance is still at work.
     *
     * @throws StartException when its options have the names of others, a value is wrong, or a file cannot be read
     */
    public synchronized void addPlugin(OptionGroup group) throws StartException {
        List<OptionGroup> all = new ArrayList<>(groups);
        all.removeIf(known -> known.name().equals(group.name()));
        all.add(group);
        take(group, start.reread(all));
        // the newer one is the one that is found by the names of options
        groups.add(place(group.name()), group);
        for (Option<?> option : group.options()) {
            Given change = changes.get(option.name());
            if (change != null) {
                takeAgain(option, change);
            }
        }
    }

    private int place(String plugin) {
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).name().equals(plugin)) {
                return i;
            }
        }
        return groups.size();
    }

    /** A newer jar may not understand what was said to an older one. */
    private void takeAgain(Option<?> option, Given change) {
        try {
            Given again = new Given(option, change.source(), change.parts());
            held.put(option, new Held(start.reader().read(again), again.source()));
        } catch (StartException e) {
            changes.remove(option.name());
            LOG.warn("what was set does not hold any more: {}", e.getMessage());
        }
    }

    /** Lets go of the options of one instance of a plugin, and of those who listen to them. */
    public synchronized void removePlugin(OptionGroup group) {
        listeners.removeIf(listener -> group.options().contains(listener.option()));
        group.options().forEach(held::remove);
        groups.remove(group);
    }

    /**
     * Calls {@code apply} with each new value of an option, before others can read it; it may refuse by an {@link
     * IllegalArgumentException}.
     *
     * @param plugin whose option it is; {@code chassis} for the proxy itself
     */
    public <T> void onChange(String plugin, Option<T> option, Consumer<T> apply) {
        requireHeld(option);
        if (!option.changeable()) {
            throw new IllegalArgumentException(option + " is not declared as changeable");
        }
        listeners.add(new Listener<>(plugin, option, apply));
    }

    // --- values -----------------------------------------------------------------------------------------------------

    @Override
    public <T> T get(Option<T> option) {
        return find(option).orElseThrow(() -> new IllegalStateException(option + " has neither value nor default"));
    }

    @Override
    @SuppressWarnings("unchecked") // as above
    public <T> Optional<T> find(Option<T> option) {
        return Optional.ofNullable((T) requireHeld(option).value());
    }

    @Override
    public boolean isGiven(Option<?> option) {
        return !requireHeld(option).source().equals(Source.DEFAULT);
    }

    private Held requireHeld(Option<?> option) {
        Held found = held.get(option);
        if (found == null) {
            throw new IllegalArgumentException(option + " was not declared");
        }
        return found;
    }

    /** All options with value and source, as an operator may see them; secrets are masked. */
    public List<OptionInfo> options() {
        List<OptionInfo> options = new ArrayList<>();
        for (OptionGroup group : groups) {
            for (Option<?> option : group.options()) {
                Held now = held.get(option);
                if (now != null && !ChassisOptions.isRequest(option)) {
                    options.add(Shown.info(option, now.value(), now.source()));
                }
            }
        }
        return List.copyOf(options);
    }

    // --- changes ----------------------------------------------------------------------------------------------------

    /** As {@link dev.mysqlproxy.api.lifecycle.ProxyControl#plan}. */
    public OptionChange plan(String name, String text) {
        Option<?> option = changeable(name);
        return change(option, requireHeld(option), read(given(option, Source.SET, text)));
    }

    /** As {@link dev.mysqlproxy.api.lifecycle.ProxyControl#set}. */
    public synchronized OptionChange set(String name, String text, String by) {
        Option<?> option = changeable(name);
        Given wish = given(option, Source.SET, text);
        Object value = read(wish);
        Given given = new Given(option, Source.set(by, Instant.now().truncatedTo(ChronoUnit.SECONDS)), wish.parts());
        Held before = requireHeld(option);
        OptionChange change = change(option, before, value);
        tell(option, before.value(), value);
        held.put(option, new Held(value, given.source()));
        changes.put(option.name(), given);
        LOG.atInfo()
                .addMarker(MESSAGE)
                .addKeyValue("option", option.name())
                .addKeyValue("from", change.from())
                .addKeyValue("to", change.to())
                .addKeyValue("by", by)
                .log("option changed");
        return change;
    }

    /** Tells all who want to know; when one refuses, those before it get the old value back. */
    private void tell(Option<?> option, Object before, Object value) {
        List<Listener<?>> told = new ArrayList<>();
        for (Listener<?> listener : listeners) {
            if (!listener.option().equals(option)) {
                continue;
            }
            try {
                listener.tell(value);
            } catch (Throwable e) {
                told.forEach(other -> takeBack(other, before));
                if (e instanceof IllegalArgumentException refusal) {
                    throw refusal;
                }
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("plugin", listener.plugin())
                        .addKeyValue("option", option.name())
                        .log("a plugin failed to take a new value");
                throw new IllegalArgumentException(
                        "plugin " + listener.plugin() + " failed to take the new value: " + e, e);
            }
            told.add(listener);
        }
    }

    private static void takeBack(Listener<?> listener, Object before) {
        try {
            if (before != null) {
                listener.tell(before);
            }
        } catch (Throwable e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("plugin", listener.plugin())
                    .addKeyValue("option", listener.option().name())
                    .log("a plugin failed to take the old value back");
        }
    }

    private OptionChange change(Option<?> option, Held before, Object value) {
        return new OptionChange(
                option.name(),
                Shown.value(option, before.value()),
                Shown.value(option, value),
                EFFECT + "; " + lasting(before));
    }

    private String lasting(Held before) {
        if (before.source().equals(Source.COMMAND_LINE)) {
            return "saved or not, the command line has its way again at the next start";
        }
        return find(ChassisOptions.SAVED_CONFIG).isPresent()
                ? "lost at the next start unless SAVE CONFIG keeps it"
                : "lost at the next start, as there is no --saved-config to keep it in";
    }

    private Option<?> changeable(String name) {
        List<String> names = new ArrayList<>();
        for (OptionGroup group : groups) {
            for (Option<?> option : group.options()) {
                if (option.name().equals(name)) {
                    if (!option.changeable()) {
                        throw new IllegalArgumentException("option " + name
                                + " cannot change while the proxy runs; give it on the command line or in a file and"
                                + " start again");
                    }
                    return option;
                }
                names.add(option.name());
            }
        }
        throw new IllegalArgumentException("there is no option " + Shown.printable(name)
                + NearName.of(name, names)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse(""));
    }

    private static Given given(Option<?> option, Source source, String text) {
        return Given.isPlural(option)
                ? new Given(option, source, Given.elements(text))
                : Given.text(option, source, text);
    }

    private Object read(Given given) {
        try {
            return start.reader().read(given);
        } catch (StartException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    // --- what outlives the process ----------------------------------------------------------------------------------

    /**
     * Writes what was set, with what was saved before, to the file of {@code --saved-config}.
     *
     * @param backends what has become of the backends
     * @return the file
     * @throws IOException with a sentence for the operator
     */
    public synchronized Path save(List<SavedConfig.Backend> backends) throws IOException {
        Path file = find(ChassisOptions.SAVED_CONFIG)
                .orElseThrow(() -> new IOException(
                        "there is no file to save to: start the proxy with " + ChassisOptions.SAVED_CONFIG + "=FILE"));
        start.saved().write(file, changes, backends);
        LOG.atInfo().addMarker(MESSAGE).addKeyValue("file", file).log("configuration saved");
        return file;
    }
}
