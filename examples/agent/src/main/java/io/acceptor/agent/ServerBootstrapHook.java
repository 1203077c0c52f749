package io.acceptor.agent;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Has Netty's {@code ServerBootstrap.init(Channel)}, of 4.1 and 4.2, begin with a call of {@link NettyHook}. */
final class ServerBootstrapHook extends ClassVisitor {
    /** Internal name of the class. A copy under another name is none that anybody could know. */
    static final String BOOTSTRAP = "io/netty/bootstrap/ServerBootstrap";

    private static final String INIT = "init";
    private static final String INIT_DESCRIPTOR = "(Lio/netty/channel/Channel;)V";

    private boolean found;

    private ServerBootstrapHook(ClassWriter writer) {
        super(Opcodes.ASM9, writer);
    }

    /** Gives the class file with the call, or null if it has no such method. */
    static byte @Nullable [] in(byte[] classFile) {
        ClassReader reader = new ClassReader(classFile);
        ClassWriter writer = new ClassWriter(reader, 0);
        ServerBootstrapHook hook = new ServerBootstrapHook(writer);
        reader.accept(hook, 0);
        return hook.found ? writer.toByteArray() : null;
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
        if (!name.equals(INIT) || !descriptor.equals(INIT_DESCRIPTOR)) {
            return next;
        }
        found = true;
        return new MethodVisitor(Opcodes.ASM9, next) {
            @Override
            public void visitCode() {
                super.visitCode();
                visitLdcInsn(Type.getObjectType(BOOTSTRAP));
                visitVarInsn(Opcodes.ALOAD, 1);
                visitMethodInsn(
                        Opcodes.INVOKESTATIC,
                        Type.getInternalName(NettyHook.class),
                        "prepare",
                        "(Ljava/lang/Class;Ljava/lang/Object;)V",
                        false);
            }

            @Override
            public void visitMaxs(int maxStack, int maxLocals) {
                super.visitMaxs(Math.max(maxStack, 2), maxLocals);
            }
        };
    }
}
