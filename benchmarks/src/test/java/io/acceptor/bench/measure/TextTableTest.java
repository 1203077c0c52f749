package io.acceptor.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void alignsTheFirstColumnLeftAndTheOthersRight() {
        TextTable table = new TextTable(List.of("", "core", "loop-pool"));
        table.add(List.of("per probe", "7.9", "15.6"));
        assertThat(table.toString()).isEqualTo("            core   loop-pool\nper probe    7.9        15.6\n");
    }

    @Test
    void refusesARowOfAnotherLength() {
        TextTable table = new TextTable(List.of("a", "b"));
        assertThatThrownBy(() -> table.add(List.of("a"))).hasMessage("a row must have 2 cells, had 1");
    }
}
