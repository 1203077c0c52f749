package io.acceptor.exhaustion;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Loads the library anew, with a {@link FaultPoints fault point} before each place that asks for memory, for a thread or for something
 * of the kernel's. Test classes are loaded anew too, so that they meet the library loaded here, and left as they are.
 *
 * <p>Lists are left alone, for those of the library are made with the room that they need. Static initializers are left alone: the JVM never gives a class a second chance, whoever wrote it.
 */
final class FaultInjectingLoader extends ClassLoader {
    private static final String OURS = "io.acceptor.";
    /** Calls of the JDK that allocate, start threads or ask the kernel. Those that release are not among them. */
    private static final Set<String> ASKING = Set.of(
            "start",
            "execute",
            "submit",
            "add",
            "addAll",
            "put",
            "putIfAbsent",
            "compute",
            "computeIfAbsent",
            "offer",
            "open",
            "select",
            "selectNow",
            "register",
            "accept",
            "bind",
            "configureBlocking",
            "setOption",
            "getOption",
            "read",
            "write",
            "shutdownOutput",
            "create",
            "iterator",
            "stream",
            "valueOf",
            "copyOf",
            "of",
            "toString",
            "forEach",
            "schedule");

    FaultInjectingLoader(ClassLoader parent) {
        super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS) || name.equals(FaultPoints.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        URL file = getParent().getResource(name.replace('.', '/') + ".class");
        if (file == null) {
            throw new ClassNotFoundException(name);
        }
        try (InputStream in = file.openStream()) {
            byte[] code = in.readAllBytes();
            boolean test =
                    file.getPath().contains("test-classes") || file.getPath().contains("-tests.jar");
            byte[] defined = test ? code : withFaultPoints(code);
            return defineClass(name, defined, 0, defined.length, getClass().getProtectionDomain());
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private static byte[] withFaultPoints(byte[] code) {
        ClassReader reader = new ClassReader(code);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(new Points(writer, reader.getClassName()), 0);
        return writer.toByteArray();
    }

    /** Looks for the methods of one class. */
    private static final class Points extends ClassVisitor {
        private final String className;

        Points(ClassVisitor next, String className) {
            super(Opcodes.ASM9, next);
            this.className = className.substring(className.lastIndexOf('/') + 1);
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String type, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, type, signature, exceptions);
            return name.equals("<clinit>") ? next : new MethodPoints(next, className + "." + name);
        }
    }

    /** Puts the points into one method. */
    private static final class MethodPoints extends MethodVisitor {
        private final String method;
        private int line;

        MethodPoints(MethodVisitor next, String method) {
            super(Opcodes.ASM9, next);
            this.method = method;
        }

        private void point(String what) {
            super.visitLdcInsn(FaultPoints.define(method + ":" + line + " " + what));
            super.visitMethodInsn(
                    Opcodes.INVOKESTATIC, FaultPoints.class.getName().replace('.', '/'), "pass", "(I)V", false);
        }

        @Override
        public void visitLineNumber(int number, Label start) {
            line = number;
            super.visitLineNumber(number, start);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            super.visitTypeInsn(opcode, type);
            if (opcode == Opcodes.NEW || opcode == Opcodes.ANEWARRAY) {
                point("new " + type); // behind it, for stack maps name the instruction itself
            }
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            if (opcode == Opcodes.NEWARRAY) {
                point("new array");
            }
            super.visitIntInsn(opcode, operand);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String type, Handle bootstrap, Object... arguments) {
            if (!type.startsWith("()")) {
                point("captured " + name);
            }
            super.visitInvokeDynamicInsn(name, type, bootstrap, arguments);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String type, boolean isInterface) {
            if (owner.startsWith("java/")
                    && !owner.equals("java/util/List")
                    && !owner.startsWith("java/util/function/")
                    && ASKING.contains(name)) {
                point(owner.substring(owner.lastIndexOf('/') + 1) + "." + name);
            }
            super.visitMethodInsn(opcode, owner, name, type, isInterface);
        }
    }
}
