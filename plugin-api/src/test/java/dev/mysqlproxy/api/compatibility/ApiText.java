package dev.mysqlproxy.api.compatibility;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The public and protected signatures of an API: types, and the members of each, one line each.
 *
 * @param types the lines of members by the line of their type
 */
record ApiText(SortedMap<String, SortedSet<String>> types) {

    private static final String INDENT = "    ";

    /** Of all classes below a folder. */
    static ApiText of(Path classes) throws IOException, ReflectiveOperationException {
        SortedMap<String, SortedSet<String>> types = new TreeMap<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name = classes.relativize(file)
                        .toString()
                        .replace(".class", "")
                        .replace('/', '.');
                if (!name.endsWith("-info")) {
                    add(types, Class.forName(name, false, ApiText.class.getClassLoader()));
                }
            }
        }
        return new ApiText(types);
    }

    /** As {@link #toString()} wrote it. */
    static ApiText parse(List<String> lines) {
        SortedMap<String, SortedSet<String>> types = new TreeMap<>();
        SortedSet<String> members = new TreeSet<>();
        for (String line : lines) {
            if (line.startsWith(INDENT)) {
                members.add(line.strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                members = new TreeSet<>();
                types.put(line, members);
            }
        }
        return new ApiText(types);
    }

    private static void add(Map<String, SortedSet<String>> types, Class<?> type) {
        for (Class<?> at = type; at != null; at = at.getEnclosingClass()) {
            if (!isVisible(at.getModifiers()) || at.isAnonymousClass() || at.isLocalClass()) {
                return;
            }
        }
        types.put(header(type), members(type));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String header(Class<?> type) {
        List<String> words = new ArrayList<>();
        if (!type.isInterface() && !type.isEnum() && Modifier.isAbstract(type.getModifiers())) {
            words.add("abstract");
        }
        if (type.isSealed()) {
            words.add("sealed");
        } else if (Modifier.isFinal(type.getModifiers())) {
            words.add("final");
        }
        words.add(kind(type));
        words.add(type.getName() + parameters(type.getTypeParameters()));
        Class<?> parent = type.getSuperclass();
        if (parent != null && parent != Object.class && parent != Record.class && parent != Enum.class) {
            words.add("extends " + name(type.getGenericSuperclass()));
        }
        if (type.getGenericInterfaces().length > 0) {
            words.add("implements " + list(type.getGenericInterfaces()));
        }
        return String.join(" ", words);
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "annotation";
        } else if (type.isInterface()) {
            return "interface";
        } else if (type.isRecord()) {
            return "record";
        }
        return type.isEnum() ? "enum" : "class";
    }

    private static String parameters(Type[] types) {
        return types.length == 0 ? "" : "<" + list(types) + ">";
    }

    private static String list(Type[] types) {
        return Arrays.stream(types).map(ApiText::name).collect(Collectors.joining(", "));
    }

    private static String name(Type type) {
        return type.getTypeName().replace("java.lang.", "").replace("java.util.", "");
    }

    private static SortedSet<String> members(Class<?> type) {
        SortedSet<String> members = new TreeSet<>();
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor.getModifiers())) {
                members.add("new(" + list(constructor.getGenericParameterTypes()) + ")" + thrown(constructor));
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field.getModifiers()) && !field.isSynthetic()) {
                members.add((Modifier.isStatic(field.getModifiers()) ? "static " : "") + name(field.getGenericType())
                        + " " + field.getName());
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isVisible(method.getModifiers()) && !method.isSynthetic()) {
                members.add(line(method));
            }
        }
        return members;
    }

    private static String line(Method method) {
        String modifier = "";
        if (Modifier.isStatic(method.getModifiers())) {
            modifier = "static ";
        } else if (Modifier.isAbstract(method.getModifiers())) {
            modifier = "abstract ";
        }
        String parameters = parameters(method.getTypeParameters());
        return modifier + (parameters.isEmpty() ? "" : parameters + " ") + name(method.getGenericReturnType()) + " "
                + method.getName() + "(" + list(method.getGenericParameterTypes()) + ")" + thrown(method);
    }

    private static String thrown(Executable executable) {
        Type[] types = executable.getGenericExceptionTypes();
        return types.length == 0 ? "" : " throws " + list(types);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        types.keySet().stream().sorted(Comparator.comparing(ApiText::nameIn)).forEach(type -> {
            text.append(type).append('\n');
            types.get(type).forEach(member -> text.append(INDENT).append(member).append('\n'));
        });
        return text.toString();
    }

    /** The name of the type that a line begins. */
    static String nameIn(String header) {
        return header.replaceFirst(
                "^(?:abstract |sealed |final )*(?:interface|record|enum|class|annotation) ([^ <]+).*", "$1");
    }
}
