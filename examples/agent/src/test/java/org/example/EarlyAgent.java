package org.example;

import java.lang.instrument.Instrumentation;

/** Another agent, which loads a class of the program before ours is there. */
public final class EarlyAgent {
    private EarlyAgent() {}

    public static void premain(String className, Instrumentation instrumentation) throws ClassNotFoundException {
        Class.forName(className);
    }
}
