/** The state of the filters, and its form in the address, so that a view can be shared and the back button works. */

export const LISTS = ["supplier", "recipient", "type", "stage", "factuality", "status", "claimant"];
export const VIEWS = ["claims", "events"];
export const SORTS = ["newest", "oldest", "surest"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What is chosen where the address says nothing. */
export function everything() {
  const lists = Object.fromEntries(LISTS.map((key) => [key, []]));
  return {
    ...lists,
    from: "",
    to: "",
    confidence: 0,
    nonstate: false,
    view: "claims",
    sort: "newest",
    page: 1,
    event: "",
  };
}

/** The selection that an address's hash says; what it cannot mean is left out. */
export function fromHash(hash) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const selection = everything();
  for (const key of LISTS) selection[key] = [...new Set(said.getAll(key))].filter(Boolean);
  for (const key of ["from", "to"]) selection[key] = isDay(said.get(key)) ? said.get(key) : "";
  const confidence = Number(said.get("confidence"));
  selection.confidence = confidence > 0 && confidence <= 1 ? confidence : 0;
  selection.nonstate = said.get("nonstate") === "yes";
  selection.view = VIEWS.includes(said.get("view")) ? said.get("view") : "claims";
  selection.sort = SORTS.includes(said.get("sort")) ? said.get("sort") : "newest";
  selection.page = Math.max(1, Math.trunc(Number(said.get("page"))) || 1);
  selection.event = said.get("event") ?? "";
  return selection;
}

/** The hash that says a selection, shortest form; `fromHash` turns it back. */
export function toHash(selection) {
  const said = new URLSearchParams();
  const usual = everything();
  for (const key of LISTS) for (const value of selection[key]) said.append(key, value);
  for (const key of ["from", "to", "confidence", "view", "sort", "page", "event"]) {
    if (selection[key] !== usual[key]) said.set(key, selection[key]);
  }
  if (selection.nonstate) said.set("nonstate", "yes");
  return `#${said}`;
}

/** The selection with some of it changed; any change of what is listed begins at the first page. */
export function changed(selection, change) {
  return { ...selection, page: 1, event: "", ...change };
}

/** The list without the value if it has it, with it if not. */
export function toggled(list, value) {
  return list.includes(value) ? list.filter((one) => one !== value) : [...list, value];
}

/** How many filters are set. */
export function nFilters(selection) {
  const set = LISTS.reduce((n, key) => n + selection[key].length, 0);
  return set + [selection.from, selection.to, selection.confidence, selection.nonstate].filter(Boolean).length;
}

function isDay(text) {
  return DAY.test(text ?? "") && !Number.isNaN(Date.parse(text));
}
