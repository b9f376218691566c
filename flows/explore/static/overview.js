/** The overview of a selection: its count, its filters, the two figures and the list. */

import { showChips } from "./chips.js";
import { el } from "./dom.js";
import { dyads } from "./filtering.js";
import { drawFlows } from "./flows.js";
import { claimsPage, eventsPage, PAGE, pager, toolbar } from "./lists.js";
import { byPeriod } from "./periods.js";
import { everything } from "./selection.js";
import { drawTimeline } from "./timeline.js";
import { plural } from "./wording.js";

const PX_A_PERIOD = 7;

function legend() {
  const entry = (name, text) =>
    el("span", { class: "legend-item" }, el("span", { class: `swatch ${name}`, "aria-hidden": "true" }), text);
  return el(
    "p",
    { class: "legend" },
    entry("for", "as fact"),
    entry("hedged", "suspected or conditional"),
    entry("against", "denied or negated"),
  );
}

export class Overview {
  /** Builds the frame in `box`; `choose(selection)` is called with what the reader chooses. */
  constructor(box, release, choose) {
    this.box = box;
    this.release = release;
    this.choose = choose;
    this.count = el("p", { class: "summary", role: "status", "aria-live": "polite", id: "count" });
    this.said = el("p", { class: "unseen", role: "status", "aria-live": "polite", id: "said" });
    this.heading = el("h1", { tabindex: "-1" }, "Who is said to arm whom");
    this.chips = el("ul", { class: "chips", "aria-label": "Filters that are set" });
    this.flows = el("div", { class: "flows" });
    this.timeline = el("div", { class: "timeline" });
    this.figures = this.#figures();
    this.tools = el("div");
    this.list = el("div", { class: "list", id: "list", tabindex: "-1" });
    this.pages = el("div");
    this.redraw = [];
    box.replaceChildren(
      this.heading,
      this.count,
      this.said,
      this.chips,
      this.figures,
      el("section", { class: "listing", "aria-label": "List" }, this.tools, this.list, this.pages),
    );
    new ResizeObserver(() => this.redraw.forEach((draw) => draw())).observe(this.flows);
  }

  #figures() {
    const note =
      "A ribbon is as wide as its claims are many; the hatched part is denied or negated. " +
      "Choose an actor or a ribbon to filter.";
    const figure = (id, title, ...parts) =>
      el("section", { class: "figure", "aria-labelledby": id }, el("h2", { id }, title), parts);
    return el(
      "div",
      null,
      figure("time-title", "When it was reported", legend(), this.timeline),
      figure("flow-title", "From supplier to recipient", el("p", { class: "note" }, note), this.flows),
    );
  }

  /** Shows what was found for a selection. */
  async show(selection, found) {
    const { rows, eventPlaces, nArticles } = found;
    const focused = document.activeElement?.dataset.focus;
    const [claims, articles] = [plural(rows.length, "claim"), plural(nArticles, "article")];
    this.count.textContent = `${claims} in ${articles}, linked to ${plural(eventPlaces.length, "event")}.`;
    showChips(this.chips, this.release, selection, this.choose);
    this.figures.hidden = rows.length === 0;
    this.redraw = rows.length ? this.#draw(selection, rows) : [];
    await this.#showList(selection, found);
    this.#focus(focused);
  }

  /** Gives the focus to what took the place of the control that had it. */
  #focus(name) {
    if (!name || document.activeElement !== document.body) return;
    if (name === "page") {
      this.tools.scrollIntoView();
      this.list.focus({ preventScroll: true });
    } else
      (this.box.querySelector(`[data-focus="${CSS.escape(name)}"]`) ?? this.heading).focus({ preventScroll: true });
  }

  #draw(selection, rows) {
    const most = Math.max(12, Math.floor(this.timeline.clientWidth / PX_A_PERIOD));
    return [
      drawTimeline(this.timeline, selection, byPeriod(this.release, rows, most), this.choose),
      drawFlows(this.flows, this.release, selection, dyads(this.release, rows), this.choose),
    ];
  }

  async #showList(selection, found) {
    const isEvents = selection.view === "events";
    const n = isEvents ? found.eventPlaces.length : found.rows.length;
    const page = Math.min(selection.page, Math.max(1, Math.ceil(n / PAGE)));
    const there = { ...selection, page };
    this.tools.replaceChildren(
      toolbar(this.release, there, found, this.choose, (text) => (this.said.textContent = text)),
    );
    this.asked = there;
    this.list.setAttribute("aria-busy", "true");
    if (!this.list.hasChildNodes()) this.list.replaceChildren(el("p", { class: "empty" }, "Reading …"));
    performance.mark("materiel-figures");
    const items = await (isEvents ? eventsPage : claimsPage)(this.release, there, found);
    if (this.asked !== there) return; // another selection was made meanwhile
    this.list.removeAttribute("aria-busy");
    this.list.replaceChildren(...(items.length ? items : [this.#empty(selection)]));
    this.pages.replaceChildren(...[pager(there, n)].filter(Boolean));
  }

  #empty(selection) {
    const { view, sort } = selection;
    const clear = () => this.choose({ ...everything(), view, sort });
    return el(
      "div",
      { class: "empty" },
      el("p", null, `No ${view === "events" ? "event" : "claim"} fits all of these filters.`),
      el("button", { type: "button", onclick: clear }, "Clear all filters"),
    );
  }
}
