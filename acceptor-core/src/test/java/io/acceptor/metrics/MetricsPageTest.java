package io.acceptor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/metrics.md} with the catalogue; writes it with {@code -Dmetrics.page=write}. */
class MetricsPageTest {
    @Test
    void thePageInTheDocumentationIsTheCatalogue() throws IOException {
        Path file = MetricsPage.file();
        if ("write".equals(System.getProperty("metrics.page"))) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, MetricsPage.text());
        }

        assertThat(file).as("the page of meters").exists();
        assertThat(Files.readString(file))
                .as(
                        "docs/metrics.md is generated and differs from the catalogue in AcceptorMeter; run\n  %s\nand commit it",
                        MetricsPage.REGENERATE)
                .isEqualTo(MetricsPage.text());
    }

    @Test
    void thePageNamesEveryMeterAndEveryTagValue() {
        String page = MetricsPage.text();
        for (AcceptorMeter meter : AcceptorMeter.values()) {
            assertThat(page).contains("| `" + meter.meterName() + "` |", meter.description());
            assertThat(meter.tagValues()).allSatisfy(value -> assertThat(page).contains("`" + value + "`"));
        }
    }
}
