package io.acceptor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.example.ClassLoaders;
import org.example.Opener;
import org.example.ServerSocketUses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.ModuleVisitor;
import org.objectweb.asm.Opcodes;

/** Who loads a program's classes decides whether they can be guarded. */
@Timeout(120)
final class ClassLoadersIT {
    private static final String MODULE = "org.example.opener";

    @TempDir
    private static Path folder;

    @Test
    void webApplicationsAreGuardedAndLoadersThatDoNotSeeTheAgentAreLeftAlone() throws Exception {
        Path opener = TestJar.in(folder, "bundle.jar")
                .manifest("Bundle-ManifestVersion", "2")
                .manifest("Bundle-SymbolicName", MODULE)
                .manifest("Export-Package", Opener.class.getPackageName())
                .manifest("Import-Package", "javax.net")
                .add(Opener.class, ServerSocketUses.class)
                .write();
        List<String> lines = finished(
                "-cp",
                TestJar.testClasses()
                        + File.pathSeparator
                        + JavaProgram.programs(
                                "tomcat-embed-core", "tomcat-annotations-api", "org.apache.felix.framework"),
                ClassLoaders.class.getName(),
                folder.toString(),
                opener.toString());

        assertThat(lines)
                .contains(
                        "web application: AgentServerSocket, AgentServerSocket by ParallelWebappClassLoader",
                        "bundle: AgentServerSocket, AgentServerSocket by BundleClassLoader",
                        "strict bundle: ServerSocket, ServerSocket by BundleClassLoader",
                        "isolated: ServerSocket, ServerSocket by URLClassLoader");
        assertThat(lines)
                .filteredOn(line -> line.contains("does not see the agent"))
                .as("one line for each of the two")
                .hasSize(2);
    }

    @Test
    void anExecutableJarOfSpringBootIsGuarded() throws Exception {
        Path nested = TestJar.in(folder, "opener.jar").add(Opener.class).write();
        Path jar = TestJar.in(folder, "boot.jar")
                .manifest("Main-Class", "org.springframework.boot.loader.launch.JarLauncher")
                .manifest("Start-Class", Opener.class.getName())
                .addAllOf(Path.of(JavaProgram.programs("spring-boot-loader")))
                .addStored("BOOT-INF/lib/opener.jar", Files.readAllBytes(nested))
                .write();

        assertThat(finished("-jar", jar.toString()))
                .contains("opened AgentServerSocket, AgentServerSocket by LaunchedClassLoader");
    }

    @Test
    void aNamedModuleIsGuardedThatKnowsOnlyTheJdk() throws Exception {
        Path jar = TestJar.in(folder, "module.jar")
                .add("module-info.class", moduleInfo())
                .add(Opener.class)
                .write();

        assertThat(finished("-p", jar.toString(), "-m", MODULE + "/" + Opener.class.getName()))
                .contains("opened AgentServerSocket, AgentServerSocket by " + MODULE + "/AppClassLoader");
    }

    /** {@code module org.example.opener {}}. */
    private static byte[] moduleInfo() {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_MODULE, "module-info", null, null, null);
        ModuleVisitor module = writer.visitModule(MODULE, 0, null);
        module.visitRequire("java.base", Opcodes.ACC_MANDATED, null);
        module.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static List<String> finished(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(JavaProgram.agent("")));
        command.addAll(List.of(arguments));
        try (JavaProgram program = JavaProgram.start(folder, command)) {
            assertThat(program.exitCode()).as("%s", program).isZero();
            return program.lines();
        }
    }
}
