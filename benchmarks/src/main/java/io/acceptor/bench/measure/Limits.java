package io.acceptor.bench.measure;

import io.acceptor.bench.peers.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks the numbers of a command line; what is wrong becomes one line and exit code 2. */
public final class Limits {
    /** As many as a round may offer: no generator of this kind can do more, and it bounds what a mistyped zero does. */
    public static final int MAX_RATE = 200_000;

    private final CommandSpec spec;

    public Limits(CommandSpec spec) {
        this.spec = spec;
    }

    public int between(String option, int least, int most, int value) {
        if (value < least || value > most) {
            throw wrong(option + " must be from " + least + " to " + most + ", was " + value);
        }
        return value;
    }

    public double between(String option, double least, double most, double value) {
        if (!(value >= least && value <= most)) {
            throw wrong(option + " must be from " + least + " to " + most + ", was " + value);
        }
        return value;
    }

    /** A server that can run on this machine. */
    public void server(String option, String name) {
        if (!Servers.names().contains(name)) {
            throw wrong(option + " must be of " + Servers.names() + ", was " + name);
        }
        Servers.obstacle(name).ifPresent(obstacle -> {
            throw wrong("server " + name + " " + obstacle);
        });
    }

    /** A file that can be written, or null. */
    public void writable(String option, @Nullable Path file) {
        if (file != null) {
            Path folder = file.toAbsolutePath().getParent();
            boolean possible = Files.exists(file)
                    ? Files.isRegularFile(file) && Files.isWritable(file)
                    : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
            if (!possible) {
                throw wrong(option + " must be a file that can be written, was " + file);
            }
        }
    }

    /** A folder that is there, or is made. */
    public void folder(String option, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be a folder, or one that can be made, was " + folder, e);
        }
        if (!Files.isWritable(folder)) {
            throw wrong(option + " must be a folder that can be written to, was " + folder);
        }
    }

    public ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
