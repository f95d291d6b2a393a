package io.supercloud.app;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which code may know which; the table in ARCHITECTURE.md in a form that fails. */
class LayeringTest {
    private static final String ROOT = "io.supercloud.";
    private static final int ROOT_DEPTH = 2;

    /** What each module may know beside itself. */
    private static final Map<String, Set<String>> KNOWS = new TreeMap<>(Map.ofEntries(
            entry("core", Set.of()),
            entry("settings", Set.of("core")),
            entry("cluster", Set.of("core")),
            entry("image", Set.of("core")),
            entry("journal", Set.of("core", "image")),
            entry("objects", Set.of("core", "image")),
            entry("overlay", Set.of("core")),
            entry("optimizer", Set.of("core", "settings")),
            entry("migration", Set.of("core", "image", "overlay")),
            entry("stubs", Set.of("core", "image", "overlay", "migration")),
            entry(
                    "app",
                    Set.of(
                            "core",
                            "settings",
                            "cluster",
                            "image",
                            "journal",
                            "objects",
                            "overlay",
                            "optimizer",
                            "migration",
                            "stubs"))));

    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(LayeringTest::isMain).importPackages("io.supercloud");

    private static boolean isMain(Location location) {
        return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }

    @Test
    void everyModuleIsLookedAt() {
        assertThat(CLASSES.stream().map(LayeringTest::module).collect(Collectors.toSet()))
                .isEqualTo(KNOWS.keySet());
    }

    @Test
    void modulesKnowOnlyThoseBelowThem() {
        KNOWS.forEach((module, known) -> {
            for (String other : KNOWS.keySet()) {
                if (!other.equals(module) && !known.contains(other)) {
                    noClasses()
                            .that(in(module))
                            .should()
                            .dependOnClassesThat(in(other))
                            .check(CLASSES);
                }
            }
        });
    }

    @Test
    void whatIsInternalIsUsedInItsModuleOnly() {
        for (String module : KNOWS.keySet()) {
            noClasses()
                    .that(not(in(module)))
                    .should()
                    .dependOnClassesThat(in(module).and(JavaClass.Predicates.resideInAPackage("..internal..")))
                    .check(CLASSES);
        }
    }

    @Test
    void jcloudsIsKnownInFourPackagesOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "..overlay.cloud.jclouds..",
                        "..overlay.cloud.local.jclouds..",
                        "..overlay.cloud.ec2.jclouds..",
                        "io.supercloud.objects")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.jclouds..")
                .check(CLASSES);
    }

    @Test
    void bookKeeperIsKnownInOneModuleOnly() {
        noClasses()
                .that(not(in("journal")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.bookkeeper..")
                .check(CLASSES);
    }

    @Test
    void nothingSleeps() {
        noClasses()
                .should()
                .callMethodWhere(target(owner(JavaClass.Predicates.assignableTo(Thread.class)))
                        .and(target(name("sleep"))))
                .check(CLASSES);
    }

    @Test
    void onlyProcessesThatEndByThemselvesExit() {
        // A manager that has lost its lead ends at once: another one leads.
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.supercloud.app.Supercloud")
                .and()
                .doNotHaveFullyQualifiedName("io.supercloud.app.demo.ClientProcess")
                .and()
                .doNotHaveFullyQualifiedName("io.supercloud.app.manager.ManagerProcess")
                .should()
                .callMethodWhere(target(owner(JavaClass.Predicates.assignableTo(System.class)
                                .or(JavaClass.Predicates.assignableTo(Runtime.class))))
                        .and(target(name("exit")).or(target(name("halt")))))
                .check(CLASSES);
    }

    @Test
    void chanceHasASeed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .callMethod(Math.class, "random")
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLineAndTheDemoPrint() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.supercloud.app.cli..", "io.supercloud.app.demo..")
                .should()
                .accessField(System.class, "out")
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> in(String module) {
        return DescribedPredicate.describe(
                "of module " + module,
                each -> each.getPackageName().startsWith(ROOT) && module(each).equals(module));
    }

    private static DescribedPredicate<JavaClass> not(DescribedPredicate<JavaClass> predicate) {
        return DescribedPredicate.not(predicate);
    }

    private static String module(JavaClass each) {
        return each.getPackageName().split("\\.")[ROOT_DEPTH];
    }
}
