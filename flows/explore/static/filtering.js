/** Finds the claims that a selection means, and counts them for the filters and the figures. */

import { UNDATED } from "./release.js";
import { LISTS } from "./selection.js";

/** How a claim speaks of its transfer: for it, with a reserve, or against it. */
export const VOICES = ["for", "hedged", "against"];
const VOICE = { affirmed: 0, suspected: 1, conditional: 1, denied: 2, negated: 2 };

/** The claims of a selection in its order, with the number of events and articles and the counts of every filter.
 *
 * The count of a value says how many claims it would show: all filters hold but its own.
 */
export function filtered(release, selection) {
  const order = ordered(release, selection.sort);
  const masks = LISTS.map((key) => mask(release.facets[key].values, selection[key]));
  const codes = LISTS.map((key) => release.facets[key].codes);
  const counts = LISTS.map((key) => new Uint32Array(release.facets[key].values.length));
  const within = limits(release, selection);
  const rows = new Uint32Array(release.length);
  let n = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i];
    if (!within(row)) continue;
    let misses = 0,
      missed = 0;
    for (let facet = 0; facet < codes.length && misses < 2; facet++) {
      if (masks[facet] && !masks[facet][codes[facet][row]]) {
        misses += 1;
        missed = facet;
      }
    }
    if (misses === 0) {
      rows[n++] = row;
      for (let facet = 0; facet < codes.length; facet++) counts[facet][codes[facet][row]] += 1;
    } else if (misses === 1) counts[missed][codes[missed][row]] += 1;
  }
  const found = rows.subarray(0, n);
  return {
    rows: found,
    counts: Object.fromEntries(LISTS.map((key, i) => [key, counts[i]])),
    ...distinct(release, found),
  };
}

function mask(values, chosen) {
  if (chosen.length === 0) return null;
  const wanted = new Set(chosen);
  return Uint8Array.from(values, (value) => (wanted.has(value) ? 1 : 0));
}

function limits(release, { from, to, confidence, nonstate }) {
  const first = from ? Date.parse(from) / 86_400_000 : UNDATED;
  const last = to ? Date.parse(to) / 86_400_000 : Infinity;
  const isDated = Boolean(from || to);
  const { days, nStates } = release;
  const least = Math.fround(confidence); // the column is of single precision
  return (row) =>
    (nonstate || row < nStates) &&
    release.confidence[row] >= least &&
    (!isDated || (days[row] !== UNDATED && days[row] >= first && days[row] <= last));
}

function ordered(release, sort) {
  release.orders ??= {};
  release.orders[sort] ??= Uint32Array.from({ length: release.length }, (_, row) => row).sort(
    comparison(release, sort),
  );
  return release.orders[sort];
}

function comparison({ days, confidence }, sort) {
  if (sort === "surest") return (a, b) => confidence[b] - confidence[a] || days[b] - days[a] || a - b;
  if (sort === "newest") return (a, b) => days[b] - days[a] || a - b;
  const later = (row) => (days[row] === UNDATED ? Infinity : days[row]); // undated claims come last in either order
  return (a, b) => (later(a) === later(b) ? a - b : later(a) - later(b));
}

function distinct(release, rows) {
  const events = new Uint8Array(release.eventIds.length);
  const articles = new Uint8Array(release.articles.values.length);
  const eventPlaces = []; // in the order of their first claim
  let nArticles = 0;
  for (const row of rows) {
    const event = release.events[row],
      article = release.articles.codes[row];
    if (!events[event]) {
      events[event] = 1;
      eventPlaces.push(event);
    }
    if (!articles[article]) {
      articles[article] = 1;
      nArticles += 1;
    }
  }
  return { eventPlaces, nArticles };
}

/** Which voice each code of factuality is. */
export function voiceOfCode(release) {
  return release.facets.factuality.values.map((value) => VOICE[value]);
}

/** Claims by supplier and recipient, most first: `{supplier, recipient, counts: [for, hedged, against], n}` (ids). */
export function dyads(release, rows) {
  const { supplier, recipient, factuality } = release.facets;
  const voices = voiceOfCode(release);
  const width = recipient.values.length;
  const cells = new Uint32Array(supplier.values.length * width * 3);
  for (const row of rows) {
    cells[(supplier.codes[row] * width + recipient.codes[row]) * 3 + voices[factuality.codes[row]]] += 1;
  }
  const found = [];
  for (let cell = 0; cell < cells.length; cell += 3) {
    const counts = [cells[cell], cells[cell + 1], cells[cell + 2]];
    const n = counts[0] + counts[1] + counts[2];
    if (n === 0) continue;
    const place = cell / 3;
    found.push({
      supplier: supplier.values[Math.floor(place / width)],
      recipient: recipient.values[place % width],
      counts,
      n,
    });
  }
  return found.sort((a, b) => b.n - a.n);
}
