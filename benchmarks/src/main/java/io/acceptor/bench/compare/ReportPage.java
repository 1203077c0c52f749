package io.acceptor.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The report: one page with everything in it, charts library included, so that it can be mailed and opened anywhere. */
final class ReportPage {
    /** From the webjar org.webjars.npm:uplot (MIT licence). */
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.24/dist/";

    private ReportPage() {}

    /** A page that shows these results. */
    static String with(String json) throws IOException {
        return resource("report.html")
                .replace("/*report.css*/", resource("report.css"))
                .replace("/*uplot.css*/", resource(UPLOT + "uPlot.min.css"))
                .replace("/*uplot.js*/", inScript(resource(UPLOT + "uPlot.iife.min.js")))
                .replace("/*report.js*/", inScript(resource("report.js")))
                .replace("/*results.json*/", inScript(json));
    }

    /** Nothing in it may end the script element. */
    private static String inScript(String text) {
        return text.replace("</", "<\\/");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing from this program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
