package io.acceptor.examples.observability;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.acceptor.metrics.AcceptorMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DashboardTest {
    private final JsonObject dashboard = JsonParser.parseString(
                    Catalogue.read(Catalogue.FILES.resolve("dashboard.json")))
            .getAsJsonObject();

    @Test
    void theCatalogueHasEveryMeterOnThePage() {
        Set<String> documented = Catalogue.documented();

        for (AcceptorMeter meter : AcceptorMeter.values()) {
            String stem = meter.meterName().replace('.', '_');
            assertThat(documented).anyMatch(name -> name.startsWith(stem));
        }
        assertThat(documented).hasSizeGreaterThan(AcceptorMeter.values().length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dashboard.json", "alerts.yml", "alerts-test.yml"})
    void everyMetricUsedExists(String file) {
        Set<String> used = Catalogue.usedBy(Catalogue.read(Catalogue.FILES.resolve(file)));

        assertThat(used).isNotEmpty().isSubsetOf(Catalogue.documented());
    }

    @Test
    void everyMeterHasAPlaceOnTheDashboard() {
        Set<String> shown = new TreeSet<>();
        panels().stream()
                .flatMap(panel -> children(panel, "targets").stream())
                .map(target -> target.get("expr").getAsString())
                .forEach(query -> shown.addAll(Catalogue.usedBy(query)));

        assertThat(shown).isEqualTo(Catalogue.documented());
    }

    @Test
    void everyPanelHasADescriptionAndANumberAndAPlaceOfItsOwn() {
        List<JsonObject> panels = panels();

        assertThat(panels).extracting(panel -> panel.get("id").getAsInt()).doesNotHaveDuplicates();
        assertThat(panels).extracting(panel -> panel.get("gridPos").toString()).doesNotHaveDuplicates();
        assertThat(panels)
                .filteredOn(panel -> !panel.get("type").getAsString().equals("row"))
                .isNotEmpty()
                .allSatisfy(panel -> {
                    assertThat(panel.get("title").getAsString()).isNotEmpty();
                    assertThat(panel.get("description").getAsString()).isNotEmpty();
                    assertThat(children(panel, "targets")).isNotEmpty();
                });
    }

    @Test
    void everyQueryHeedsTheChoicesAtTheTop() {
        Set<String> choices = children(dashboard.getAsJsonObject("templating"), "list").stream()
                .map(choice -> choice.get("name").getAsString())
                .collect(Collectors.toSet());

        assertThat(choices).containsExactlyInAnyOrder("datasource", "job", "instance", "listener");
        assertThat(panels())
                .flatExtracting(panel -> children(panel, "targets"))
                .extracting(target -> target.get("expr").getAsString())
                .allMatch(query -> query.contains("listener=~\"$listener\""));
    }

    private List<JsonObject> panels() {
        return children(dashboard, "panels");
    }

    private static List<JsonObject> children(JsonObject of, String name) {
        if (!of.has(name)) {
            return new ArrayList<>();
        }
        return StreamSupport.stream(of.getAsJsonArray(name).spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }
}
