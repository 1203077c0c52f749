package io.acceptor.examples.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.examples.Child;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules, as promtool sees them. */
final class AlertsIT {
    @BeforeEach
    void promtool() {
        Child.require("promtool");
    }

    @ParameterizedTest
    @CsvSource({"check, rules, alerts.yml", "test, rules, alerts-test.yml", "check, config, prometheus.yml"})
    void promtoolIsContent(String verb, String what, String file) throws Exception {
        Path checked = Catalogue.FILES.resolve(file);
        try (Child promtool = Child.start(List.of("promtool", verb, what, checked.toString()))) {
            assertThat(promtool.exitCode()).as("%s", promtool).isZero();
        }
    }
}
