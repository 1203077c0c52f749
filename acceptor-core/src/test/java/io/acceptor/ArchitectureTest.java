package io.acceptor;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.concurrent.TimeUnit;

/** The arrows between the packages, and what no class of the library does. */
@AnalyzeClasses(packages = "io.acceptor", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final DescribedPredicate<JavaClass> INSIDES_OF_THE_ENGINE = resideInAPackage("io.acceptor.engine..")
            .or(resideInAPackage("io.acceptor")
                    .and(describe(
                            "not public",
                            type -> !outermost(type).getModifiers().contains(JavaModifier.PUBLIC))))
            .as("the engine's insides");

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    @ArchTest
    static final ArchRule CORE_KNOWS_NO_NETTY =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.netty..");

    /** It need not be there: what names it cannot be loaded then. */
    @ArchTest
    static final ArchRule ONE_CLASS_KNOWS_JNA = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.acceptor.queue.NetlinkSocket")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule MICROMETER_STAYS_WITH_THE_METRICS = noClasses()
            .that()
            .resideOutsideOfPackage("io.acceptor.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.micrometer..");

    @ArchTest
    static final ArchRule THE_QUEUE_STANDS_ALONE = noClasses()
            .that()
            .resideInAPackage("io.acceptor.queue..")
            .should()
            .dependOnClassesThat(are(INSIDES_OF_THE_ENGINE));

    @ArchTest
    static final ArchRule METRICS_DO_NOT_LOOK_INTO_THE_ENGINE = noClasses()
            .that()
            .resideInAPackage("io.acceptor.metrics..")
            .should()
            .dependOnClassesThat(are(INSIDES_OF_THE_ENGINE));

    @ArchTest
    static final ArchRule NOTHING_GOES_TO_STANDARD_OUTPUT =
            GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule LOGGING_IS_SLF4J = GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses()
            .should()
            .callMethodWhere(describe(
                    "a sleep",
                    call -> call.getName().equals("sleep")
                            && (call.getTargetOwner().isAssignableTo(Thread.class)
                                    || call.getTargetOwner().isEquivalentTo(TimeUnit.class))));
}
