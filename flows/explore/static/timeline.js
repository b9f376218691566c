/** The figure of claims over time: what is said for a transfer above the line, what is said against it below. */

import { el, svg } from "./dom.js";
import { changed } from "./selection.js";
import { number, plural } from "./wording.js";

const HEIGHT = 150; // px of the highest bar above the line and the lowest below together
const TOP = 12; // px for the number of the highest bar
const LABELS = 18; // px for the words of the axis
const LEAST = 1.5; // least height of a bar that is there, px
const GAP_FOR_LABEL = 62; // px between words of the axis

/** Draws the figure into `box`; `timeline` as from `byPeriod`. Returns a function that draws it anew for its width. */
export function drawTimeline(box, selection, timeline, choose) {
  const drawing = svg("svg", { class: "bars", role: "img", "aria-label": summary(timeline) });
  const undated = timeline.nUndated
    ? el(
        "p",
        { class: "note" },
        `${plural(timeline.nUndated, "claim")} without a date ${timeline.nUndated === 1 ? "is" : "are"} not drawn.`,
      )
    : null;
  if (timeline.periods.length === 0) {
    box.replaceChildren(el("p", { class: "empty" }, "No dated claims."), ...(undated ? [undated] : []));
    return () => {};
  }
  const isOpen = box.querySelector("details")?.open;
  const zoom = (period) => choose(changed(selection, { from: period.from, to: period.to }));
  box.replaceChildren(drawing, ...(undated ? [undated] : []), table(timeline, zoom, isOpen));
  const draw = () => drawBars(drawing, timeline, zoom);
  draw();
  return draw;
}

function summary({ unit, periods }) {
  if (periods.length === 0) return "No dated claims";
  const busiest = periods.reduce((most, one) => (sum(one.counts) > sum(most.counts) ? one : most));
  const span = `${periods[0].label} to ${periods.at(-1).label}`;
  return `Claims by ${unit}, ${span}; most in ${busiest.label}: ${number(sum(busiest.counts))}`;
}

function sum(counts) {
  return counts[0] + counts[1] + counts[2];
}

function drawBars(drawing, { periods }, zoom) {
  const width = drawing.clientWidth || drawing.parentElement.clientWidth || 300;
  const mostUp = Math.max(...periods.map(({ counts }) => counts[0] + counts[1]));
  const mostDown = Math.max(...periods.map(({ counts }) => counts[2]));
  const scale = HEIGHT / (mostUp + mostDown);
  const below = mostDown ? Math.max(LEAST, mostDown * scale) : 0;
  const base = TOP + mostUp * scale;
  const height = base + below + LABELS;
  const step = width / periods.length;
  drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  drawing.setAttribute("height", height);
  drawing.replaceChildren(
    pattern(),
    ...(mostUp ? gridLine(width, TOP, TOP - 3, mostUp) : []),
    ...(below > LABELS ? gridLine(width, base + below, base + below - 3, mostDown) : []),
    ...periods.map((period, i) => bar(period, i * step, step, base, scale, zoom)),
    svg("line", { x1: 0, x2: width, y1: base, y2: base, class: "axis" }),
    ...axis(periods, step, width, base + below + LABELS - 4),
  );
}

function gridLine(width, y, textY, n) {
  return [
    svg("line", { x1: 0, x2: width, y1: y, y2: y, class: "grid" }),
    svg("text", { x: 0, y: textY, class: "tick" }, number(n)),
  ];
}

function pattern() {
  const hatch = {
    id: "time-hatch",
    width: 4,
    height: 4,
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  };
  const line = svg("path", { d: "M0 0V6", class: "hatch-line" });
  return svg("defs", null, svg("pattern", hatch, svg("rect", { width: 4, height: 4, class: "hatch-ground" }), line));
}

function bar(period, left, step, base, scale, zoom) {
  const [fact, hedged, against] = period.counts.map((n) => (n ? Math.max(LEAST, n * scale) : 0));
  const gap = step > 4 ? 1 : 0;
  const part = (y, height, name) =>
    height ? svg("rect", { x: left + gap / 2, width: Math.max(0.5, step - gap), y, height, class: name }) : null;
  const [nFact, nHedged, nAgainst] = period.counts.map(number);
  const said = `${period.label}: ${nFact} as fact, ${nHedged} with a reserve, ${nAgainst} denied or negated`;
  return svg(
    "g",
    { class: "period", onclick: () => zoom(period) },
    svg("title", null, said),
    svg("rect", { x: left, width: step, y: 0, height: base + LABELS, class: "hit" }),
    part(base - fact, fact, "bar-for"),
    part(base - fact - hedged, hedged, "bar-hedged"),
    part(base, against, "bar-against"),
  );
}

function axis(periods, step, width, y) {
  const every = Math.max(1, Math.ceil(GAP_FOR_LABEL / step));
  const shown = periods.flatMap((period, i) => (i % every === 0 ? [[period, i]] : []));
  return shown
    .filter(([, i]) => i === 0 || i * step + GAP_FOR_LABEL / 2 < width)
    .map(([period, i]) => {
      const x = i === 0 ? 0 : i * step + step / 2;
      return svg("text", { x, y, class: "tick", "text-anchor": i === 0 ? "start" : "middle" }, period.label);
    });
}

function table({ periods, unit }, zoom, isOpen) {
  const titles = [unit[0].toUpperCase() + unit.slice(1), "As fact", "With a reserve", "Denied"];
  const rows = periods
    .filter(({ counts }) => sum(counts))
    .map((period) => {
      const button = el(
        "button",
        { type: "button", class: "quiet", "data-focus": `period ${period.from}`, onclick: () => zoom(period) },
        period.label,
      );
      return el(
        "tr",
        null,
        el("th", { scope: "row" }, button),
        period.counts.map((n) => el("td", null, number(n))),
      );
    });
  const head = el(
    "thead",
    null,
    el(
      "tr",
      null,
      titles.map((title) => el("th", { scope: "col" }, title)),
    ),
  );
  const body = el("table", null, head, el("tbody", null, rows));
  const scroll = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Claims by period" }, body);
  return el("details", { class: "as-table", open: isOpen }, el("summary", null, "The same as a table"), scroll);
}
