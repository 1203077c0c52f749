"use strict";

const results = JSON.parse(document.getElementById("results").textContent);
const tables = [
  {
    title: "What clients saw",
    columns: ["SUCCESS", "P50", "P99", "P999", "MAX", "RECOVERY", "GREETED_PER_SECOND", "PROBES_PER_SECOND", "LATENESS"],
  },
  {
    title: "What it took the server",
    columns: ["MICROS_PER_PROBE", "MICROS_PER_GREETED", "PEAK_QUEUE", "PEAK_FDS", "PEAK_THREADS", "HEAP", "LOG_LINES", "OTHERS"],
  },
];
const rows = [
  { title: "Accept queue", of: (moment) => moment.vitals.queueDepth },
  { title: "Victims not greeted, each 100 ms", of: (moment) => moment.victims.failed },
  { title: "Longest wait of a victim, ms, each 100 ms", of: (moment) => moment.victims.maxMillis },
  { title: "Descriptors", of: (moment) => moment.vitals.openFds },
];
const figureOf = new Map(results.figures.map((figure) => [figure.name, figure]));
const serverOf = new Map(results.servers.map((server) => [server.name, server]));

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function number(value, decimals) {
  return value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function mark(server) {
  return serverOf.get(server).ours ? "ours" : "peer";
}

function mediansOf(scenario) {
  return results.medians.filter((median) => median.scenario === scenario);
}

function showVerdict() {
  const place = document.getElementById("verdict");
  if (results.servers.some((server) => server.ours)) {
    const good = results.verdict.filter((finding) => finding.good).length;
    const all = results.verdict.length;
    const howMany = good === all ? (all === 1 ? "" : "in all " + all + " scenarios") : "in " + good + " of " + all + " scenario(s)";
    place.append(element("p", { class: good === all ? "headline" : "headline bad" }, ("All of ours served their clients " + howMany).trim() + "."));
  }
  for (const finding of results.verdict) {
    const scenario = results.scenarios.find((each) => each.name === finding.scenario);
    const card = element("article", { class: finding.good ? "finding" : "finding bad" });
    card.append(element("h2", {}, scenario.question));
    for (const sentence of finding.sentences) card.append(element("p", {}, sentence));
    place.append(card);
  }
}

function cell(median, figure, best) {
  const spread = median[figure.name];
  const lost = figure.name === "SUCCESS" && isLost(median);
  if (!spread) {
    const never = figure.name === "RECOVERY" && median.validRounds > 0;
    return element("td", never ? { class: "lost" } : {}, never ? "never" : "–");
  }
  const shown = number(spread.median, figure.decimals);
  const made = element("td", lost ? { class: "lost" } : shown === best && !isLost(median) ? { class: "best" } : {}, shown);
  if (spread.least !== spread.most) {
    made.append(element("small", {}, number(spread.least, figure.decimals) + " – " + number(spread.most, figure.decimals)));
  }
  return made;
}

function unit(figure) {
  return figure.unit === "us" ? "µs" : figure.unit;
}

/* Of those that served their clients: doing nothing costs nothing. Where many are equally good, none is marked. */
function bestOf(medians, figure) {
  const values = medians.filter((median) => median[figure.name] && !isLost(median)).map((median) => median[figure.name].median);
  if (figure.better === "NEITHER" || values.length < 2) return undefined;
  const best = figure.better === "MORE" ? Math.max(...values) : Math.min(...values);
  const shown = number(best, figure.decimals);
  return values.filter((value) => number(value, figure.decimals) === shown).length > 2 ? undefined : shown;
}

function isLost(median) {
  const success = median.SUCCESS;
  return Boolean(success) && success.median < 99.9;
}

function table(scenario, { title, columns }) {
  const medians = mediansOf(scenario);
  const shown = columns
    .map((name) => figureOf.get(name))
    .filter((figure) => medians.some((median) => median[figure.name]));
  const head = element("tr", {}, element("th", {}, "server"));
  for (const figure of shown) head.append(element("th", {}, figure.label + (figure.unit ? ", " + unit(figure) : "")));
  head.append(element("th", {}, "valid rounds"));
  const body = element("tbody");
  const best = new Map(shown.map((figure) => [figure.name, bestOf(medians, figure)]));
  for (const median of medians) {
    const row = element("tr", { class: mark(median.server) }, element("th", { scope: "row" }, median.server));
    for (const figure of shown) row.append(cell(median, figure, best.get(figure.name)));
    row.append(element("td", {}, median.validRounds + " of " + median.rounds));
    body.append(row);
  }
  const made = element("div", { class: "scroll" }, element("table", {}, element("thead", {}, head), body));
  return shown.length === 0 ? [] : [element("h3", {}, title), made];
}

function bars(scenario, figure) {
  const medians = mediansOf(scenario).filter((median) => median[figure.name]);
  if (medians.length < 2) return [];
  const most = Math.max(...medians.map((median) => median[figure.name].median));
  const rising = [...medians].sort((a, b) => a[figure.name].median - b[figure.name].median);
  const sorted = figure.better === "MORE" ? rising.reverse() : rising;
  const place = element("div", { class: "bars" });
  for (const median of sorted) {
    const value = median[figure.name].median;
    const bar = element("div", { class: "bar", style: "width:" + (100 * value) / most + "%" });
    place.append(
      element("span", { class: mark(median.server) }, median.server),
      element("div", { class: "track" }, bar),
      element("span", {}, number(value, figure.decimals)),
    );
  }
  return [element("h3", {}, figure.label + ", " + unit(figure)), place];
}

function lastRound(scenario, server) {
  return results.trials
    .filter((trial) => trial.subject.scenario === scenario && trial.subject.server === server && trial.moments.length > 0)
    .reduce((last, trial) => trial, undefined);
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function chart(place, moments, of, most, seconds) {
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "11px system-ui" };
  const line = colour(place.classList.contains("lost") ? "--bad" : place.classList.contains("ours") ? "--ours" : "--peer");
  const options = {
    width: Math.max(150, place.clientWidth - 16),
    height: 110,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: [0, seconds] }, y: { range: [0, most] } },
    axes: [{ ...axis, size: 22, space: 50 }, { ...axis, size: 46, space: 28 }],
    series: [{}, { stroke: line, width: 2, fill: line + "22", points: { show: false } }],
  };
  new uPlot(options, [moments.map((moment) => moment.seconds), moments.map(of)], place);
}

function panels(scenario, row) {
  const trials = results.servers.map((server) => [server.name, lastRound(scenario, server.name)]);
  const values = trials.flatMap(([, trial]) => (trial ? trial.moments.map(row.of).filter((value) => value !== null) : []));
  if (values.length === 0) return;
  const most = Math.max(1, ...values) * 1.05;
  const seconds = Math.max(...trials.flatMap(([, trial]) => (trial ? trial.moments.map((moment) => moment.seconds) : [])));
  const grid = element("div", { class: "panels" });
  document.getElementById("scenario").append(element("h3", {}, row.title), grid);
  for (const [server, trial] of trials) {
    const lost = mediansOf(scenario).some((median) => median.server === server && isLost(median)) ? " lost" : "";
    const panel = element("div", { class: "panel " + mark(server) + lost }, element("h4", {}, server));
    grid.append(panel);
    if (trial && trial.moments.some((moment) => row.of(moment) !== null)) chart(panel, trial.moments, row.of, most, seconds);
    else panel.append(element("p", {}, "not known"));
  }
}

function show(scenario) {
  const place = document.getElementById("scenario");
  place.replaceChildren(element("h2", {}, scenario.question), ...tables.flatMap((each) => table(scenario.name, each)));
  for (const name of ["MICROS_PER_PROBE", "MICROS_PER_GREETED", "GREETED_PER_SECOND"]) {
    place.append(...bars(scenario.name, figureOf.get(name)));
  }
  for (const row of rows) panels(scenario.name, row);
  for (const tab of document.querySelectorAll("#tabs button")) {
    tab.setAttribute("aria-selected", String(tab.textContent === scenario.name));
  }
}

function start() {
  document.getElementById("machine").textContent = results.machine + " · " + results.when.replace("T", " ").replace("Z", " UTC");
  document.getElementById("command").textContent = "Run again: " + results.command;
  showVerdict();
  const tabs = document.getElementById("tabs");
  for (const scenario of results.scenarios) {
    const tab = element("button", { type: "button", role: "tab" }, scenario.name);
    tab.addEventListener("click", () => show(scenario));
    tabs.append(tab);
  }
  const list = document.getElementById("servers");
  for (const server of results.servers) {
    list.append(element("dt", { class: server.ours ? "ours" : "peer" }, server.name), element("dd", {}, server.settings));
  }
  const asked = location.hash.slice(1);
  const first = results.scenarios.find((scenario) => scenario.name === asked) || results.scenarios[0];
  show(first);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(results.scenarios.find(
    (scenario) => scenario.name === document.querySelector("#tabs [aria-selected=true]").textContent)));
}

start();
