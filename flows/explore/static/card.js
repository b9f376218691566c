/** A claim as it is shown: who says what, the sentence with its roles marked, and where it stands. */

import { el, pieces, safeUrl, words } from "./dom.js";
import { findRoles, segments } from "./roles.js";
import { amount, day, meaning, speaker, spoken } from "./wording.js";

const MOST_ADDRESS = 70; // characters

/** The sentence of a claim with the words of its roles marked; where two overlap, one mark lies in the other. */
export function evidence(claim, marks) {
  const parts = segments(claim.evidence_text, marks).map(({ text, roles }) =>
    roles.reduceRight((inner, role) => el("mark", { class: `role ${role}`, "data-role": role }, inner), pieces(text)),
  );
  return el("blockquote", { class: "evidence" }, el("p", null, el("bdi", null, parts)));
}

function key(claim, marks, elsewhere) {
  const inSentence = marks.map(({ role }) => [role, claim[`${role}_text`], ""]);
  const outside = Object.entries(elsewhere).map(([role, text]) => [role, text, " (in another sentence)"]);
  const all = [...inSentence, ...outside];
  if (all.length === 0) return null;
  const items = all.map(([role, text, where]) =>
    el("span", { class: "key-item" }, el("span", { class: `key-name role ${role}` }, role), " ", words(text), where),
  );
  return el("p", { class: "key" }, el("span", { class: "unseen" }, "Read from: "), items);
}

function speech(release, claim) {
  const row = claim.row;
  const claimant = release.value("claimant", row);
  const factuality = release.value("factuality", row);
  const { declarations } = release;
  const anonymous = claim.claimant_is_anonymous ? ", unnamed source" : "";
  return el(
    "p",
    { class: "speech" },
    el(
      "span",
      { class: `factuality ${factuality}`, title: meaning(declarations, "factuality", factuality) },
      factuality,
    ),
    " by ",
    el("span", { class: "who" }, words(speaker(release, claimant))),
    anonymous,
    el("span", { class: "stage", title: meaning(declarations, "stage", claim.stage) }, spoken(claim.stage)),
  );
}

function details(release, claim) {
  const period = [claim.event_start_date, claim.event_end_date].filter(Boolean);
  const happened = period.length ? [...new Set(period)].map(day).join(" to ") : "";
  const parts = [
    claim.system_id,
    amount(claim.quantity_low, claim.quantity_high, claim.quantity_unit),
    happened && `transfer dated ${happened}`,
    claim.is_implied && "presupposed, not stated",
    claim.is_via_company && "a company stands for its state",
  ].filter(Boolean);
  return parts.length
    ? el(
        "p",
        { class: "details" },
        parts.flatMap((part, i) => (i ? [" · ", words(part)] : [words(part)])),
      )
    : null;
}

/** An address without its protocol, cut to what fits a line. */
function short(address) {
  const { host, pathname } = new URL(address);
  const whole = `${host}${pathname}`;
  return whole.length > MOST_ADDRESS ? `${whole.slice(0, MOST_ADDRESS)}…` : whole;
}

function source(release, claim) {
  const { title, url, publisher } = claim.article;
  const address = safeUrl(url);
  const headline = words(title || (address ? short(address) : "article without headline or address"));
  const link = address
    ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, headline)
    : el("span", null, headline);
  const confidence = release.confidence[claim.row].toFixed(2);
  return el(
    "p",
    { class: "source" },
    publisher ? [words(publisher), ", "] : null,
    link,
    el(
      "span",
      { class: "sure", title: "Probability that supplier, recipient and support type are read right" },
      `confidence ${confidence}`,
    ),
  );
}

/** A claim as an article. `dyad` shows supplier, recipient and type, and leads to the event, where that is not clear. */
export function claimCard(release, claim, date, dyad = null) {
  const { marks, elsewhere } = findRoles(claim);
  return el(
    "article",
    { class: "claim", "data-claim": claim.claim_id },
    el("header", null, el("time", date ? { datetime: date } : null, day(date)), dyad),
    speech(release, claim),
    evidence(claim, marks),
    key(claim, marks, elsewhere),
    details(release, claim),
    source(release, claim),
  );
}

/** The status of an event as a sign with words; a contested one differs in form and not by colour alone. */
export function statusTag(release, status) {
  const title = meaning(release.declarations, "event_status", status);
  const sign = status === "contested" ? el("span", { "aria-hidden": "true", class: "versus" }, "≠") : null;
  return el("span", { class: `status ${status}`, title }, sign, spoken(status));
}
