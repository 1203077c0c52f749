package io.acceptor.examples.incident;

/**
 * Something the replay says, and whether this run bears it out.
 *
 * @param text with its figures
 * @param held whether it was so
 * @param decides whether the replay fails without it
 */
record Claim(String text, boolean held, boolean decides) {

    static Claim of(boolean held, String format, Object... args) {
        return new Claim(Page.format(format, args), held, true);
    }

    static Claim aside(boolean held, String format, Object... args) {
        return new Claim(Page.format(format, args), held, false);
    }

    boolean failed() {
        return decides && !held;
    }

    @Override
    public String toString() {
        String mark = held ? "[ yes ]" : decides ? "[ NO  ]" : "[ no  ]";
        return mark + " " + text;
    }
}
