/** The form of filters: one group of check boxes a coded column, the period, the confidence, and who may be a side. */

import { el, words } from "./dom.js";
import { LISTS, changed, everything, nFilters, toggled } from "./selection.js";
import { meaning, number, speaker, spoken } from "./wording.js";

const SHORT = 8; // values of a group that show before "Show all"
const GROUPS = {
  supplier: { title: "Supplier", isOpen: true },
  recipient: { title: "Recipient", isOpen: true },
  type: { title: "Support type", vocabulary: "support_type", isOpen: true },
  stage: { title: "Stage", vocabulary: "stage_group", isOpen: true },
  factuality: { title: "Factuality", vocabulary: "factuality", isOpen: true },
  status: { title: "Status of the event", vocabulary: "event_status" },
  claimant: { title: "Claimant" },
};

/** What a value of a group is called. */
export function valueName(release, key, value) {
  if (key === "claimant") return speaker(release, value);
  return GROUPS[key].vocabulary ? spoken(value) : release.name(value);
}

/** What a group of values is called. */
export function groupTitle(key) {
  return GROUPS[key].title;
}

export class Filters {
  /** Builds the form. `choose(change)` is called with what the reader changes. */
  constructor(form, release, choose) {
    this.release = release;
    this.choose = choose;
    this.selection = everything();
    this.boxes = {};
    form.append(
      this.#period(),
      this.#confidence(),
      ...LISTS.map((key) => this.#group(key)),
      this.#sides(),
      this.#reset(),
    );
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Shows a selection and the counts that go with it. */
  show(selection, counts) {
    this.selection = selection;
    this.from.value = selection.from;
    this.to.value = selection.to;
    this.slider.value = selection.confidence;
    this.#sayConfidence(selection.confidence);
    this.nonstate.checked = selection.nonstate;
    this.resetButton.disabled = nFilters(selection) === 0;
    for (const key of LISTS) this.#showGroup(key, selection[key], counts[key]);
  }

  #showGroup(key, chosen, counts) {
    for (const { box, count, row, code } of this.boxes[key].rows) {
      box.checked = chosen.includes(box.value);
      count.textContent = number(counts[code]);
      row.classList.toggle("none", counts[code] === 0 && !box.checked);
    }
    this.boxes[key].nChosen.textContent = chosen.length ? `${chosen.length} chosen` : "";
    this.boxes[key].narrow();
  }

  #group(key) {
    const { values, codes } = this.release.facets[key];
    const totals = new Uint32Array(values.length);
    for (const code of codes) totals[code] += 1;
    const order = Array.from(values.keys()).sort((a, b) => totals[b] - totals[a]);
    const rows = order.map((code) => this.#box(key, values[code], code));
    const nChosen = el("span", { class: "chosen" });
    const list = el(
      "ul",
      { class: "values" },
      rows.map(({ row }) => row),
    );
    this.boxes[key] = { rows, nChosen, narrow: () => {} };
    const parts = rows.length > SHORT ? this.#narrowing(key, rows, list) : [list];
    return el(
      "details",
      { class: "group", open: GROUPS[key].isOpen, "data-group": key },
      el("summary", null, GROUPS[key].title, " ", nChosen),
      el("fieldset", null, el("legend", { class: "unseen" }, GROUPS[key].title), parts),
    );
  }

  #box(key, value, code) {
    const choose = () => this.choose(changed(this.selection, { [key]: toggled(this.selection[key], value) }));
    const box = el("input", { type: "checkbox", name: key, value, onchange: choose });
    const count = el("span", { class: "count" });
    const name = valueName(this.release, key, value);
    const title = meaning(this.release.declarations, GROUPS[key].vocabulary, value) || value;
    const row = el("li", { title }, el("label", null, box, el("span", { class: "value" }, words(name)), count));
    return { box, count, row, code, sought: `${name} ${value}`.toLowerCase() };
  }

  #narrowing(key, rows, list) {
    let isAll = false;
    const title = GROUPS[key].title.toLowerCase();
    const seek = el("input", {
      type: "search",
      placeholder: "Find",
      "aria-label": `Find a ${title}`,
      autocomplete: "off",
    });
    const more = el("button", { type: "button", class: "quiet more", "aria-expanded": "false" });
    const narrow = () => {
      const sought = seek.value.trim().toLowerCase();
      rows.forEach(({ row, box, sought: text }, place) => {
        row.hidden = sought ? !text.includes(sought) : !(isAll || place < SHORT || box.checked);
      });
      more.hidden = Boolean(sought);
      more.textContent = isAll ? "Show fewer" : `Show all ${rows.length}`;
      more.setAttribute("aria-expanded", String(isAll));
    };
    seek.addEventListener("input", narrow);
    more.addEventListener("click", () => {
      isAll = !isAll;
      narrow();
    });
    this.boxes[key].narrow = narrow;
    return [seek, list, more];
  }

  #period() {
    const choose = () => this.choose(changed(this.selection, { from: this.from.value, to: this.to.value }));
    this.from = el("input", { type: "date", name: "from", onchange: choose });
    this.to = el("input", { type: "date", name: "to", onchange: choose });
    return el(
      "fieldset",
      { class: "group period" },
      el("legend", null, "Reported"),
      el("label", null, el("span", null, "from"), this.from),
      el("label", null, el("span", null, "to"), this.to),
    );
  }

  #confidence() {
    const choose = () => this.choose(changed(this.selection, { confidence: Number(this.slider.value) }));
    this.slider = el("input", {
      type: "range",
      name: "confidence",
      min: "0",
      max: "1",
      step: "0.05",
      onchange: choose,
      oninput: () => this.#sayConfidence(Number(this.slider.value)),
    });
    this.said = el("span", { class: "said" }); // no output: a label names the first control in it
    return el(
      "fieldset",
      { class: "group" },
      el("legend", null, "Confidence"),
      el("label", { class: "slider" }, el("span", null, "at least ", this.said), this.slider),
      el("p", { class: "note" }, "That supplier, recipient and type are read right; not that the claim is true."),
    );
  }

  #sayConfidence(least) {
    this.said.textContent = least.toFixed(2);
    this.slider.setAttribute("aria-valuetext", `at least ${least.toFixed(2)}`);
  }

  #sides() {
    const choose = () => this.choose(changed(this.selection, { nonstate: this.nonstate.checked }));
    this.nonstate = el("input", { type: "checkbox", name: "nonstate", onchange: choose });
    const label = el(
      "label",
      null,
      this.nonstate,
      el("span", { class: "value" }, "Include armed groups, parties, firms and persons"),
    );
    return el("fieldset", { class: "group" }, el("legend", null, "Sides"), label);
  }

  #reset() {
    const clear = () => {
      const { view, sort } = this.selection;
      this.choose({ ...everything(), view, sort });
    };
    this.resetButton = el("button", { type: "button", class: "reset", onclick: clear }, "Clear all filters");
    return el("p", { class: "clear" }, this.resetButton);
  }
}
