package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents name must exist, and what they promise must be shown by a test or be marked as pending. */
class ArchitectureDocTest {
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern QUOTED = Pattern.compile("`([^`\n]+)`");
    private static final Pattern PATH = Pattern.compile("[.A-Za-z][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)*/?");
    /** Two humps at least, perhaps nested, perhaps with a member. */
    private static final Pattern SYMBOL =
            Pattern.compile("([A-Z][a-z0-9]+[A-Za-z0-9]*)((?:\\.[A-Z][A-Za-z0-9]*)*)(?:#([a-z][A-Za-z0-9]*))?");

    private static final Pattern PROMISE = Pattern.compile("(?m)^(\\d+)\\. (.*(?:\n   .*)*)");
    private static final Pattern SHOWN_BY = Pattern.compile("`([A-Z]\\w*)#(\\w+)`");
    private static final String PENDING = "*pending*";

    private final Map<String, List<Path>> sources = Stream.concat(
                    SourceTree.mainFiles().stream(), SourceTree.testFiles().stream())
            .collect(Collectors.groupingBy(file -> file.getFileName().toString().replace(".java", "")));

    private final Set<String> packages = SourceTree.mainFiles().stream()
            .map(file -> SourceTree.name(file.getParent())
                    .replaceFirst(".*src/main/java/", "")
                    .replace('/', '.'))
            .collect(Collectors.toSet());

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "ARCHITECTURE.md", "SPECIFICATION.md", "CONTRIBUTING.md"})
    void whatADocumentNamesExists(String document) {
        String text = FENCED.matcher(SourceTree.read(SourceTree.root().resolve(document)))
                .replaceAll("");
        List<String> unknown = QUOTED.matcher(text)
                .results()
                .map(result -> result.group(1))
                .filter(quoted -> !isKnown(quoted))
                .toList();
        assertThat(unknown)
                .as("paths and classes in %s that do not exist", document)
                .isEmpty();
    }

    private boolean isKnown(String quoted) {
        if (SYMBOL.matcher(quoted).matches()) {
            return Files.exists(SourceTree.root().resolve(quoted)) || isSymbol(quoted);
        }
        if (quoted.startsWith("io.supercloud.")) {
            return packages.contains(quoted);
        }
        return !looksLikePath(quoted) || Files.exists(SourceTree.root().resolve(quoted));
    }

    /** What a run makes is not there before it. */
    private static boolean looksLikePath(String quoted) {
        boolean runtime = quoted.startsWith(".work") || quoted.startsWith(".supercloud");
        boolean named = quoted.contains("/") || quoted.endsWith(".md") || quoted.endsWith(".xml");
        return PATH.matcher(quoted).matches() && named && !runtime;
    }

    private boolean isSymbol(String quoted) {
        MatchResult parts = SYMBOL.matcher(quoted).results().findFirst().orElseThrow();
        return sources.getOrDefault(parts.group(1), List.of()).stream()
                .map(SourceTree::read)
                .anyMatch(source -> declares(source, parts.group(2), parts.group(3)));
    }

    private static boolean declares(String source, String nested, String member) {
        for (String type : nested.split("\\.")) {
            if (!type.isEmpty()
                    && !Pattern.compile("\\b(class|record|interface|enum) " + type + "\\b")
                            .matcher(source)
                            .find()) {
                return false;
            }
        }
        return member == null
                || Pattern.compile("\\b" + member + "\\(").matcher(source).find();
    }

    @Test
    void everyPromiseIsShownByATestOrPending() {
        String text = SourceTree.read(SourceTree.root().resolve("SPECIFICATION.md"));
        List<String> broken = new ArrayList<>();
        int last = 0;
        for (MatchResult promise : PROMISE.matcher(text).results().toList()) {
            int number = Integer.parseInt(promise.group(1));
            if (number <= last) {
                broken.add("promise %d stands behind number %d".formatted(number, last));
            }
            last = number;
            List<MatchResult> shown =
                    SHOWN_BY.matcher(promise.group(2)).results().toList();
            if (shown.isEmpty() != promise.group(2).contains(PENDING)) {
                broken.add("promise %d is either shown by a test or marked %s".formatted(number, PENDING));
            }
            shown.stream()
                    .filter(each -> !isTest(each.group(1), each.group(2)))
                    .forEach(each -> broken.add("%s is no test".formatted(each.group())));
        }
        assertThat(broken).as("promises in SPECIFICATION.md").isEmpty();
        assertThat(last).as("promises").isPositive();
    }

    private boolean isTest(String type, String method) {
        return sources.getOrDefault(type, List.of()).stream()
                .filter(file -> file.toString().contains("/src/test/")
                        || file.toString().contains("/benchmarks/"))
                .map(SourceTree::read)
                .anyMatch(source ->
                        Pattern.compile("\\b" + method + "\\(").matcher(source).find());
    }
}
