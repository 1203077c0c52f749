package io.acceptor.agent;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The call sites of one class file, replaced: {@code new ServerSocket(…)}, {@code ServerSocket::new} and
 * {@code ServerSocketFactory.getDefault()}.
 *
 * <p>Only the class named in the instruction changes, for one that is a subclass of it and has the same constructors. So stack
 * map frames, locals and the order of instructions stay what they were.
 */
final class CallSites extends ClassVisitor {
    private static final String SOCKET = "java/net/ServerSocket";
    private static final String FACTORY = "javax/net/ServerSocketFactory";
    private static final String OUR_SOCKET = Type.getInternalName(AgentServerSocket.class);
    private static final String OUR_FACTORY = Type.getInternalName(AgentServerSocketFactory.class);
    private static final String CONSTRUCTOR = "<init>";

    /** What both names have in common. */
    private static final byte[] NAMED = "ServerSocket".getBytes(StandardCharsets.US_ASCII);

    private final ClassWriter writer;
    private int replaced;
    private boolean callsSuper;

    private CallSites(ClassWriter writer) {
        super(Opcodes.ASM9, writer);
        this.writer = writer;
    }

    /** Whether the bytes name a server socket at all; most classes do not, and need not be read then. */
    static boolean areNamedIn(byte[] classFile) {
        int last = classFile.length - NAMED.length;
        for (int at = 0; at <= last; at++) {
            if (classFile[at] == NAMED[0] && isNamedAt(classFile, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNamedAt(byte[] classFile, int at) {
        for (int i = 1; i < NAMED.length; i++) {
            if (classFile[at + i] != NAMED[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads a class file.
     *
     * @throws RuntimeException if it cannot be read
     */
    static CallSites in(byte[] classFile) {
        ClassReader reader = new ClassReader(classFile);
        CallSites sites = new CallSites(new ClassWriter(reader, 0));
        reader.accept(sites, 0);
        return sites;
    }

    int replaced() {
        return replaced;
    }

    /** Whether it has a constructor that calls {@code super(…)} of ServerSocket. */
    boolean callsSuper() {
        return callsSuper;
    }

    /** The class file with its new call sites. */
    byte[] classFile() {
        return writer.toByteArray();
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        return new Code(super.visitMethod(access, name, descriptor, signature, exceptions));
    }

    /** One method. A constructor's call belongs to the last NEW that is still open, or else to {@code super(…)}. */
    private final class Code extends MethodVisitor {
        private int open;

        private Code(MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            boolean ours = opcode == Opcodes.NEW && type.equals(SOCKET);
            if (ours) {
                open++;
                replaced++;
            }
            super.visitTypeInsn(opcode, ours ? OUR_SOCKET : type);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean ofInterface) {
            String called = owner;
            if (opcode == Opcodes.INVOKESPECIAL && owner.equals(SOCKET) && name.equals(CONSTRUCTOR)) {
                if (open > 0) {
                    open--;
                    called = OUR_SOCKET;
                } else {
                    callsSuper = true;
                }
            } else if (opcode == Opcodes.INVOKESTATIC && isDefaultFactory(owner, name)) {
                replaced++;
                called = OUR_FACTORY;
            }
            super.visitMethodInsn(opcode, called, name, descriptor, ofInterface);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            super.visitInvokeDynamicInsn(name, descriptor, bootstrap, replacedIn(arguments));
        }

        @Override
        public void visitLdcInsn(Object value) {
            super.visitLdcInsn(replacement(value));
        }

        @Override
        public void visitEnd() {
            if (open != 0) {
                throw new IllegalArgumentException("a new ServerSocket without its constructor");
            }
            super.visitEnd();
        }
    }

    private static boolean isDefaultFactory(String owner, String name) {
        return owner.equals(FACTORY) && name.equals("getDefault");
    }

    private Object[] replacedIn(Object[] arguments) {
        Object[] replacements = arguments.clone();
        for (int i = 0; i < replacements.length; i++) {
            replacements[i] = replacement(replacements[i]);
        }
        return replacements;
    }

    /** A method reference is a handle among the constants. */
    private Object replacement(Object constant) {
        if (constant instanceof Handle handle) {
            if (handle.getTag() == Opcodes.H_NEWINVOKESPECIAL
                    && handle.getOwner().equals(SOCKET)) {
                return moved(handle, OUR_SOCKET);
            }
            if (handle.getTag() == Opcodes.H_INVOKESTATIC && isDefaultFactory(handle.getOwner(), handle.getName())) {
                return moved(handle, OUR_FACTORY);
            }
        } else if (constant instanceof ConstantDynamic dynamic) {
            Object[] arguments = new Object[dynamic.getBootstrapMethodArgumentCount()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = replacement(dynamic.getBootstrapMethodArgument(i));
            }
            return new ConstantDynamic(
                    dynamic.getName(), dynamic.getDescriptor(), dynamic.getBootstrapMethod(), arguments);
        }
        return constant;
    }

    private Handle moved(Handle handle, String owner) {
        replaced++;
        return new Handle(handle.getTag(), owner, handle.getName(), handle.getDesc(), false);
    }
}
