/** Divides the days of a selection into years, quarters, months or days for the timeline. */

import { voiceOfCode } from "./filtering.js";
import { UNDATED } from "./release.js";
import { isoDay } from "./table.js";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const A_DAY = 86_400_000;

const UNITS = [
  { name: "day", index: (day) => day, start: (index) => index },
  { name: "month", index: (day) => month(day), start: (index) => firstDay(index) },
  { name: "quarter", index: (day) => Math.floor(month(day) / 3), start: (index) => firstDay(index * 3) },
  { name: "year", index: (day) => Math.floor(month(day) / 12), start: (index) => firstDay(index * 12) },
];

function month(day) {
  const date = new Date(day * A_DAY);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function firstDay(months) {
  return Date.UTC(Math.floor(months / 12), months % 12, 1) / A_DAY;
}

/** The words for a period: `2024`, `Q3 2024`, `Sep 2024`, `3 Sep 2024`. */
export function label(unit, day) {
  const date = new Date(day * A_DAY);
  const year = date.getUTCFullYear();
  if (unit === "year") return String(year);
  if (unit === "quarter") return `Q${Math.floor(date.getUTCMonth() / 3) + 1} ${year}`;
  const words = `${MONTHS[date.getUTCMonth()]} ${year}`;
  return unit === "month" ? words : `${date.getUTCDate()} ${words}`;
}

/** Claims by period and voice, in the finest unit that needs at most `most` periods.
 *
 * `{unit, periods: [{from, to, label, counts: [for, hedged, against]}], nUndated}`; from and to are ISO dates.
 */
export function byPeriod(release, rows, most) {
  let [first, last, nUndated] = [Infinity, -Infinity, 0];
  for (const row of rows) {
    const day = release.days[row];
    if (day === UNDATED) nUndated += 1;
    else {
      if (day < first) first = day;
      if (day > last) last = day;
    }
  }
  if (last === -Infinity) return { unit: "year", periods: [], nUndated };
  const unit = UNITS.find(({ index }) => index(last) - index(first) < most) ?? UNITS.at(-1);
  const periods = emptyPeriods(unit, unit.index(first), unit.index(last));
  count(release, rows, unit, periods, unit.index(first));
  return { unit: unit.name, periods, nUndated };
}

function emptyPeriods(unit, first, last) {
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const start = unit.start(first + i);
    const end = unit.start(first + i + 1) - 1;
    return { from: isoDay(start), to: isoDay(end), label: label(unit.name, start), counts: [0, 0, 0] };
  });
}

function count(release, rows, unit, periods, first) {
  const voices = voiceOfCode(release);
  const { codes } = release.facets.factuality;
  const places = new Map(); // of days already seen: a date costs more than a look-up
  for (const row of rows) {
    const day = release.days[row];
    if (day === UNDATED) continue;
    let place = places.get(day);
    if (place === undefined) places.set(day, (place = unit.index(day) - first));
    periods[place].counts[voices[codes[row]]] += 1;
  }
}
