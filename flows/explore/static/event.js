/** The page of one event: what is said for the transfer beside what is said against it. */

import { claimCard, statusTag } from "./card.js";
import { el, words } from "./dom.js";
import { reported } from "./lists.js";
import { toHash } from "./selection.js";
import { amount, day, meaning, plural, speaker, spoken } from "./wording.js";

const AT_ONCE = 20; // claims of a column before "Show more"
const COLUMNS = [
  { name: "for", title: "Claims for", note: "affirmed or suspected", values: ["affirmed", "suspected"] },
  { name: "against", title: "Claims against", note: "denied or negated", values: ["denied", "negated"] },
  {
    name: "conditional",
    title: "Conditional",
    note: "hypothetical, warned of, called for or against: nobody commits to it",
    values: ["conditional"],
  },
];

/** The page of the event at `place`: its title and its elements. */
export async function eventPage(release, selection, place) {
  const [event] = await release.eventRows([place]);
  const rows = release.claimsOfEvent(place);
  const back = el("p", { class: "back" }, el("a", { href: toHash({ ...selection, event: "" }) }, "← Back to the list"));
  const title = el(
    "h1",
    { tabindex: "-1", id: "event-title" },
    words(release.name(event.supplier_id)),
    " → ",
    words(release.name(event.recipient_id)),
    ": ",
    words(event.system_id ?? spoken(event.support_type)),
  );
  const columns = COLUMNS.map((column) => ({
    ...column,
    rows: rows.filter((row) => column.values.includes(release.value("factuality", row))),
  }));
  const [pro, contra, conditional] = await Promise.all(columns.map((column) => claimsColumn(release, column)));
  const isBoth = columns[0].rows.length > 0 && columns[1].rows.length > 0;
  const head = el(
    "header",
    { class: `event-head ${event.status}` },
    title,
    standing(release, event),
    facts(release, event),
  );
  const sides = el("div", { class: isBoth ? "sides both" : "sides" }, pro, contra);
  return { title: title.textContent, elements: [back, head, sides, conditional].filter(Boolean) };
}

function names(release, actors) {
  return actors.flatMap((actor, i) => [
    i === 0 ? "" : i === actors.length - 1 ? " and " : ", ",
    words(speaker(release, actor)),
  ]);
}

function standing(release, event) {
  const says = [];
  if (event.affirmed_by?.length) says.push(["Affirmed or suspected by ", ...names(release, event.affirmed_by), ". "]);
  if (event.denied_by?.length) says.push(["Denied or negated by ", ...names(release, event.denied_by), "."]);
  const means = meaning(release.declarations, "event_status", event.status);
  return el(
    "div",
    { class: `standing ${event.status}` },
    el("p", null, statusTag(release, event.status), " ", means, "."),
    says.length ? el("p", null, says) : null,
  );
}

function facts(release, event) {
  const span = (from, to) => [...new Set([from, to].filter(Boolean).map(day))].join(" to ");
  const rows = [
    ["Support", [spoken(event.support_type), event.system_id].filter(Boolean).join(", ")],
    ["Latest stage", spoken(event.latest_stage)],
    ["Reported", span(event.first_reported_at, event.last_reported_at) || "undated"],
    ["Transfer dated", span(event.first_event_date, event.last_event_date)],
    ["Amount", amount(event.quantity_low, event.quantity_high, event.quantity_unit)],
    [
      "Rests on",
      [
        `${plural(event.n_claims, "claim")} in ${plural(event.n_articles, "article")}`,
        plural(event.n_stories, "story", "stories"),
        plural(event.n_publishers, "publisher"),
      ].join(", "),
    ],
    ["Event", event.event_id],
  ];
  const shown = rows.filter(([, value]) => value);
  return el(
    "dl",
    { class: "facts" },
    shown.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, words(value)))),
  );
}

async function claimsColumn(release, { name, title, note, rows }) {
  if (rows.length === 0 && name === "conditional") return null;
  const list = el("div", { class: "claims" });
  const heading = el("h2", { id: `side-${name}` }, `${title} `, el("span", { class: "count" }, String(rows.length)));
  const section = el(
    "section",
    { class: `column ${name}`, "aria-labelledby": `side-${name}` },
    heading,
    el("p", { class: "note" }, note),
    list,
  );
  if (rows.length === 0) list.append(el("p", { class: "empty" }, `No claim of this event is ${note}.`));
  const more = el("button", { type: "button", class: "more" });
  let shown = 0;
  const add = async () => {
    const claims = await release.claims(rows.slice(shown, shown + AT_ONCE));
    const cards = claims.map((claim) => claimCard(release, claim, reported(release, claim.row)));
    list.append(...cards);
    shown += claims.length;
    const nLeft = rows.length - shown;
    more.hidden = nLeft === 0;
    more.textContent = `Show ${Math.min(AT_ONCE, nLeft)} more of ${nLeft}`;
    return cards[0];
  };
  await add();
  more.addEventListener("click", async () => {
    const first = await add();
    first.setAttribute("tabindex", "-1");
    first.focus();
  });
  section.append(more);
  return section;
}
