package io.acceptor.agent;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.CRC32;

/** A jar that a test makes. */
final class TestJar {
    private final Path file;
    private final Manifest manifest = new Manifest();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private final Set<String> stored = new HashSet<>();

    private TestJar(Path file) {
        this.file = file;
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    }

    static TestJar in(Path folder, String name) {
        return new TestJar(folder.resolve(name));
    }

    /** Where the classes of the tests are, in which no class of the agent lies. */
    static String testClasses() throws URISyntaxException {
        return Path.of(TestJar.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
    }

    TestJar manifest(String name, String value) {
        manifest.getMainAttributes().putValue(name, value);
        return this;
    }

    /** Adds a class and what is nested in it. */
    TestJar add(Class<?>... classes) throws IOException {
        for (Class<?> type : classes) {
            String name = type.getName().replace('.', '/') + ".class";
            try (InputStream bytes = type.getResourceAsStream("/" + name)) {
                add(name, bytes.readAllBytes());
            }
            add(type.getDeclaredClasses());
        }
        return this;
    }

    TestJar add(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    /** Adds all classes of another jar. */
    TestJar addAllOf(Path jar) throws IOException {
        try (JarFile other = new JarFile(jar.toFile())) {
            for (JarEntry entry : Collections.list(other.entries())) {
                if (entry.getName().endsWith(".class")) {
                    try (InputStream bytes = other.getInputStream(entry)) {
                        add(entry.getName(), bytes.readAllBytes());
                    }
                }
            }
        }
        return this;
    }

    /** Adds a jar, which must not be compressed to be read within another. */
    TestJar addStored(String name, byte[] jar) {
        stored.add(name);
        return add(name, jar);
    }

    Path write() throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(entry(entry.getKey(), entry.getValue()));
                jar.write(entry.getValue());
            }
        }
        return file;
    }

    private JarEntry entry(String name, byte[] content) {
        JarEntry entry = new JarEntry(name);
        if (stored.contains(name)) {
            CRC32 checksum = new CRC32();
            checksum.update(content);
            entry.setMethod(JarEntry.STORED);
            entry.setSize(content.length);
            entry.setCrc(checksum.getValue());
        }
        return entry;
    }
}
