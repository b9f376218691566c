/** The figure of who is said to supply whom: two columns of actors, ribbons as wide as their claims are many. */

import { el, svg, words } from "./dom.js";
import { changed, toggled } from "./selection.js";
import { number, plural } from "./wording.js";

const MOST = 10; // actors of a column; the rest are put together
const OTHERS = "\u0000others"; // no actor's code
const SLOT = 26; // least height of an actor, px
const HEIGHT = 330; // of all ribbons together, px; less where they join few actors
const HEIGHT_AN_ACTOR = 70;
const LEAST = 0.75; // least width of a ribbon, px
const MOST_ROWS = 40; // of the table

/** Draws the figure into `box`. `pairs` as from `dyads`; `choose(selection)` is called with what the reader chooses. */
export function drawFlows(box, release, selection, pairs, choose) {
  const total = pairs.reduce((n, pair) => n + pair.n, 0);
  const sides = { supplier: column(pairs, "supplier"), recipient: column(pairs, "recipient") };
  const nActors = Math.max(sides.supplier.length, sides.recipient.length);
  const scale = Math.min(HEIGHT, HEIGHT_AN_ACTOR * nActors) / total;
  const height = Math.max(...Object.values(sides).map((nodes) => place(nodes, scale)));
  const drawing = svg("svg", { class: "ribbons", height, "aria-hidden": "true", preserveAspectRatio: "none" });
  const frame = el(
    "div",
    { class: "flow-columns" },
    side("supplier", sides.supplier, release, selection, choose),
    drawing,
    side("recipient", sides.recipient, release, selection, choose),
  );
  const isOpen = box.querySelector("details")?.open;
  box.replaceChildren(frame, table(release, selection, pairs, choose, isOpen));
  const ribbons = joined(pairs, sides);
  const draw = () => drawRibbons(drawing, ribbons, release, selection, choose);
  draw();
  return draw;
}

function column(pairs, key) {
  const sums = new Map();
  for (const pair of pairs) sums.set(pair[key], (sums.get(pair[key]) ?? 0) + pair.n);
  const ranked = [...sums].sort((a, b) => b[1] - a[1]);
  const nodes = ranked.slice(0, MOST).map(([id, n]) => ({ id, n }));
  const rest = ranked.slice(MOST);
  if (rest.length) nodes.push({ id: OTHERS, n: rest.reduce((sum, [, n]) => sum + n, 0), nActors: rest.length });
  return nodes;
}

function place(nodes, scale) {
  let top = 0;
  for (const node of nodes) {
    node.slot = Math.max(SLOT, node.n * scale + 4);
    node.top = top;
    node.scale = scale;
    node.next = top + (node.slot - node.n * scale) / 2;
    top += node.slot;
  }
  return top;
}

function side(key, nodes, release, selection, choose) {
  const title = key === "supplier" ? "Suppliers" : "Recipients";
  const items = nodes.map((node) => {
    const item = el("li", null, node.id === OTHERS ? rest(node) : actor(key, node, release, selection, choose));
    item.style.height = `${node.slot}px`;
    const bar = el("span", { class: "bar", "aria-hidden": "true" });
    bar.style.height = `${Math.max(2, node.n * node.scale)}px`;
    item.append(bar);
    return item;
  });
  return el("div", { class: `side ${key}` }, el("h3", null, title), el("ol", null, items));
}

function rest(node) {
  return el(
    "span",
    { class: "actor others" },
    el("span", { class: "actor-name" }, `${node.nActors} others`),
    count(node.n),
  );
}

function count(n) {
  return el("span", { class: "count" }, number(n));
}

function actor(key, node, release, selection, choose) {
  const name = release.name(node.id);
  const isChosen = selection[key].includes(node.id);
  return el(
    "button",
    {
      type: "button",
      class: "actor",
      "data-focus": `${key} ${node.id}`,
      title: name,
      "aria-pressed": String(isChosen),
      "aria-label": `${name} (${node.id}), ${plural(node.n, "claim")}, filter by this ${key}`,
      onclick: () => choose(changed(selection, { [key]: toggled(selection[key], node.id) })),
    },
    el("span", { class: "actor-name" }, words(name)),
    el("span", { class: "actor-code" }, words(node.id.replace("NSA:", ""))),
    count(node.n),
  );
}

function joined(pairs, sides) {
  const found = new Map();
  const nodes = { supplier: new Map(), recipient: new Map() };
  for (const key of ["supplier", "recipient"]) for (const node of sides[key]) nodes[key].set(node.id, node);
  const nodeOf = (key, id) => nodes[key].get(id) ?? nodes[key].get(OTHERS);
  for (const pair of pairs) {
    const [from, to] = [nodeOf("supplier", pair.supplier), nodeOf("recipient", pair.recipient)];
    const key = `${from.id} ${to.id}`;
    const ribbon = found.get(key) ?? { from, to, n: 0, against: 0, hedged: 0 };
    ribbon.n += pair.n;
    ribbon.hedged += pair.counts[1];
    ribbon.against += pair.counts[2];
    found.set(key, ribbon);
  }
  const ribbons = [...found.values()];
  // On either side ribbons leave in the order of the other, so that they cross as little as may be.
  for (const ribbon of [...ribbons].sort((a, b) => a.to.top - b.to.top)) ribbon.fromTop = take(ribbon.from, ribbon.n);
  for (const ribbon of [...ribbons].sort((a, b) => a.from.top - b.from.top)) ribbon.toTop = take(ribbon.to, ribbon.n);
  return ribbons.sort((a, b) => b.n - a.n);
}

function take(node, n) {
  const top = node.next;
  node.next += n * node.scale;
  return top;
}

function drawRibbons(drawing, ribbons, release, selection, choose) {
  const width = drawing.clientWidth || 200;
  drawing.setAttribute("viewBox", `0 0 ${width} ${drawing.getAttribute("height")}`);
  drawing.replaceChildren(pattern(), ...ribbons.map((ribbon) => group(ribbon, width, release, selection, choose)));
}

function pattern() {
  const line = svg("path", { d: "M0 0V6", class: "hatch-line" });
  const hatch = {
    id: "flow-hatch",
    width: 4,
    height: 4,
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  };
  return svg("defs", null, svg("pattern", hatch, svg("rect", { width: 4, height: 4, class: "hatch-ground" }), line));
}

function group(ribbon, width, release, selection, choose) {
  const { from, to, n, against } = ribbon;
  const name = (id) => (id === OTHERS ? "others" : release.name(id));
  const said = against ? `, ${number(against)} of them denied or negated` : "";
  const isPair = from.id !== OTHERS && to.id !== OTHERS;
  const pick = () => choose(changed(selection, { supplier: [from.id], recipient: [to.id] }));
  const whole = Math.max(LEAST, n * from.scale);
  const denied = against * from.scale;
  return svg(
    "g",
    { class: isPair ? "ribbon can-choose" : "ribbon", onclick: isPair && pick },
    svg("title", null, `${name(from.id)} → ${name(to.id)}: ${plural(n, "claim")}${said}`),
    svg("path", { d: band(ribbon.fromTop, ribbon.toTop, whole, width), class: "ribbon-for" }),
    denied
      ? svg("path", {
          d: band(ribbon.fromTop + whole - denied, ribbon.toTop + whole - denied, denied, width),
          class: "ribbon-against",
        })
      : null,
  );
}

function band(left, right, thickness, width) {
  const middle = width / 2;
  const round = (value) => Math.round(value * 100) / 100;
  const [a, b, c, d] = [left, right, right + thickness, left + thickness].map(round);
  return `M0 ${a}C${middle} ${a} ${middle} ${b} ${width} ${b}V${c}C${middle} ${c} ${middle} ${d} 0 ${d}Z`;
}

function table(release, selection, pairs, choose, isOpen) {
  const head = ["Supplier and recipient", "Claims", "As fact", "With a reserve", "Denied"].map((title) =>
    el("th", { scope: "col" }, title),
  );
  const rows = pairs.slice(0, MOST_ROWS).map((pair) => {
    const pick = () => choose(changed(selection, { supplier: [pair.supplier], recipient: [pair.recipient] }));
    const names = [words(release.name(pair.supplier)), " → ", words(release.name(pair.recipient))];
    const button = el(
      "button",
      { type: "button", class: "quiet", "data-focus": `pair ${pair.supplier} ${pair.recipient}`, onclick: pick },
      names,
    );
    return el(
      "tr",
      null,
      el("th", { scope: "row" }, button),
      [pair.n, ...pair.counts].map((n) => el("td", null, number(n))),
    );
  });
  const rest =
    pairs.length > MOST_ROWS
      ? el("p", { class: "note" }, `and ${plural(pairs.length - MOST_ROWS, "pair")} more`)
      : null;
  const body = el("table", null, el("thead", null, el("tr", null, head)), el("tbody", null, rows));
  const scroll = el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Claims by supplier and recipient" },
    body,
  );
  return el("details", { class: "as-table", open: isOpen }, el("summary", null, "The same as a table"), scroll, rest);
}
