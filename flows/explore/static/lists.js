/** The lists of claims and of events, a page at a time, with sorting, and the download of all that is filtered. */

import { claimCard, statusTag } from "./card.js";
import { claimsCsv, eventsCsv, save } from "./csv.js";
import { el, words } from "./dom.js";
import { UNDATED } from "./release.js";
import { changed, toHash } from "./selection.js";
import { isoDay } from "./table.js";
import { amount, day, number, plural, spoken } from "./wording.js";

export const PAGE = 25;

/** The ISO date on which a claim was reported, or nothing. */
export function reported(release, row) {
  return release.days[row] === UNDATED ? "" : isoDay(release.days[row]);
}

/** The address of an event's page that leads back to this selection. */
export function eventAddress(release, selection, place) {
  return toHash({ ...selection, event: release.eventIds[place] });
}

function dyad(release, selection, row) {
  const place = release.events[row];
  const status = release.value("status", row);
  return [
    el(
      "a",
      { class: "dyad", href: eventAddress(release, selection, place) },
      words(release.name(release.value("supplier", row))),
      el("span", { class: "arrow" }, " → "),
      words(release.name(release.value("recipient", row))),
    ),
    el("span", { class: "type" }, spoken(release.value("type", row))),
    status === "contested" ? statusTag(release, status) : null,
  ];
}

/** The claims of the selection's page, as elements. */
export async function claimsPage(release, selection, found) {
  const rows = found.rows.slice((selection.page - 1) * PAGE, selection.page * PAGE);
  const claims = await release.claims(rows);
  return claims.map((claim) =>
    claimCard(release, claim, reported(release, claim.row), dyad(release, selection, claim.row)),
  );
}

/** The events of the selection's page, as elements. */
export async function eventsPage(release, selection, found) {
  const places = found.eventPlaces.slice((selection.page - 1) * PAGE, selection.page * PAGE);
  const events = await release.eventRows(places);
  return events.map((event, i) => eventCard(release, selection, event, places[i]));
}

function eventCard(release, selection, event, place) {
  const days = [...new Set([event.first_reported_at, event.last_reported_at].map(day))].join(" to ");
  const counts = [
    plural(event.n_claims, "claim"),
    plural(event.n_articles, "article"),
    plural(event.n_publishers, "publisher"),
  ];
  const quantity = amount(event.quantity_low, event.quantity_high, event.quantity_unit);
  const what = [spoken(event.support_type), event.system_id, quantity].filter(Boolean);
  return el(
    "article",
    { class: `event-card ${event.status}`, "data-event": event.event_id },
    el(
      "header",
      null,
      el(
        "a",
        { class: "dyad", href: eventAddress(release, selection, place) },
        words(release.name(event.supplier_id)),
        el("span", { class: "arrow" }, " → "),
        words(release.name(event.recipient_id)),
      ),
      el(
        "span",
        { class: "type" },
        what.flatMap((part, n) => (n ? [", ", words(part)] : [words(part)])),
      ),
      statusTag(release, event.status),
    ),
    el(
      "p",
      { class: "details" },
      `reported ${days} · ${counts.join(" · ")} · latest stage: ${spoken(event.latest_stage)}`,
    ),
  );
}

/** The choice of list, its order and the button that downloads it. */
export function toolbar(release, selection, found, choose, announce) {
  const tab = (view, n) =>
    el(
      "button",
      {
        type: "button",
        class: "tab",
        "aria-pressed": String(selection.view === view),
        "data-focus": `view ${view}`,
        onclick: () => choose(changed(selection, { view })),
      },
      `${view === "claims" ? "Claims" : "Events"} `,
      el("span", { class: "count" }, number(n)),
    );
  const sorts = { newest: "newest first", oldest: "oldest first", surest: "surest first" };
  const options = Object.entries(sorts).map(([value, name]) => el("option", { value }, name));
  const sort = el(
    "select",
    {
      name: "sort",
      "data-focus": "sort",
      onchange: (event) => choose(changed(selection, { sort: event.target.value })),
    },
    options,
  );
  sort.value = selection.sort;
  return el(
    "div",
    { class: "toolbar" },
    el(
      "div",
      { class: "tabs", role: "group", "aria-label": "List" },
      tab("claims", found.rows.length),
      tab("events", found.eventPlaces.length),
    ),
    el("label", { class: "sort" }, el("span", null, "Order"), sort),
    downloadButton(release, selection, found, announce),
  );
}

function downloadButton(release, selection, found, announce) {
  const isEvents = selection.view === "events";
  const chosen = isEvents ? found.eventPlaces : found.rows;
  const button = el("button", { type: "button", class: "download", disabled: chosen.length === 0 }, "Download as CSV");
  button.addEventListener("click", async () => {
    button.disabled = true;
    const progress = (done, all) => (button.textContent = `Writing ${Math.round((100 * done) / all)}%`);
    try {
      const blob = await (isEvents ? eventsCsv : claimsCsv)(release, chosen, progress);
      save(blob, `materiel-${release.declarations.version}-${selection.view}.csv`);
      announce(`${plural(chosen.length, isEvents ? "event" : "claim")} written as CSV.`);
    } catch (error) {
      announce(`The CSV could not be written: ${error.message}`);
    }
    button.disabled = false;
    button.textContent = "Download as CSV";
  });
  return button;
}

/** Links to the pages before and after, and where one is. */
export function pager(selection, n) {
  const last = Math.max(1, Math.ceil(n / PAGE));
  if (last === 1) return null;
  const link = (page, name, isThere) =>
    isThere
      ? el("a", { href: toHash({ ...selection, page }), class: "step", "data-focus": "page" }, name)
      : el("span", { class: "step off", "aria-disabled": "true" }, name);
  return el(
    "nav",
    { class: "pager", "aria-label": "Pages of the list" },
    link(selection.page - 1, "Previous", selection.page > 1),
    el("span", null, `Page ${number(selection.page)} of ${number(last)}`),
    link(selection.page + 1, "Next", selection.page < last),
  );
}
