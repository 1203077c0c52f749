package io.acceptor.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the packages of the benchmarks: each may use those that stand below it here, and no other. */
@AnalyzeClasses(packages = "io.acceptor.bench", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    @ArchTest
    static final ArchRule ARROWS_RUN_DOWN = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("commands")
            .definedBy("io.acceptor.bench")
            .layer("compare")
            .definedBy("io.acceptor.bench.compare..")
            .layer("cost")
            .definedBy("io.acceptor.bench.cost..")
            .layer("jmh")
            .definedBy("io.acceptor.bench.jmh..")
            .layer("serve")
            .definedBy("io.acceptor.bench.serve..")
            .layer("flood")
            .definedBy("io.acceptor.bench.flood..")
            .layer("victims")
            .definedBy("io.acceptor.bench.victims..")
            .layer("measure")
            .definedBy("io.acceptor.bench.measure..")
            .layer("peers")
            .definedBy("io.acceptor.bench.peers..")
            .layer("doctor")
            .definedBy("io.acceptor.bench.doctor..")
            .whereLayer("commands")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("compare")
            .mayOnlyBeAccessedByLayers("commands")
            .whereLayer("cost")
            .mayOnlyBeAccessedByLayers("commands", "compare")
            .whereLayer("jmh")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("serve")
            .mayOnlyBeAccessedByLayers("commands", "compare", "cost", "jmh")
            .whereLayer("flood")
            .mayOnlyBeAccessedByLayers("commands", "compare", "cost", "jmh", "serve")
            .whereLayer("victims")
            .mayOnlyBeAccessedByLayers("compare", "cost", "jmh", "serve", "flood")
            .whereLayer("measure")
            .mayOnlyBeAccessedByLayers("commands", "compare", "cost", "jmh", "serve", "flood", "victims")
            .whereLayer("doctor")
            .mayOnlyBeAccessedByLayers("commands");

    /** The examples take it without the rest. */
    @ArchTest
    static final ArchRule THE_DOCTOR_NEEDS_NOTHING_ELSE_OF_THIS_MODULE = noClasses()
            .that()
            .resideInAPackage("io.acceptor.bench.doctor..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.acceptor.bench",
                    "io.acceptor.bench.compare..",
                    "io.acceptor.bench.cost..",
                    "io.acceptor.bench.jmh..",
                    "io.acceptor.bench.serve..",
                    "io.acceptor.bench.flood..",
                    "io.acceptor.bench.victims..",
                    "io.acceptor.bench.measure..",
                    "io.acceptor.bench.peers..");
}
