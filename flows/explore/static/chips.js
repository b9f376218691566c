/** The filters that are set, each as a button that takes it off. */

import { el, words } from "./dom.js";
import { groupTitle, valueName } from "./facets.js";
import { LISTS, changed, toggled } from "./selection.js";
import { day } from "./wording.js";

/** Fills `box` with a button for every filter of the selection. */
export function showChips(box, release, selection, choose) {
  const off = (text, change, title) =>
    el(
      "li",
      null,
      el(
        "button",
        {
          type: "button",
          class: "chip",
          "data-focus": `chip ${title} ${text}`,
          onclick: () => choose(changed(selection, change)),
        },
        el("span", { class: "unseen" }, "Take off the filter "),
        el("span", { class: "chip-title" }, `${title}: `),
        words(text),
        el("span", { "aria-hidden": "true", class: "cross" }, "×"),
      ),
    );
  const lists = LISTS.flatMap((key) =>
    selection[key].map((value) =>
      off(valueName(release, key, value), { [key]: toggled(selection[key], value) }, groupTitle(key)),
    ),
  );
  const limits = [
    selection.from && off(day(selection.from), { from: "" }, "From"),
    selection.to && off(day(selection.to), { to: "" }, "To"),
    selection.confidence && off(`at least ${selection.confidence.toFixed(2)}`, { confidence: 0 }, "Confidence"),
    selection.nonstate && off("non-state too", { nonstate: false }, "Sides"),
  ].filter(Boolean);
  box.replaceChildren(...lists, ...limits);
  box.hidden = box.childElementCount === 0;
}
