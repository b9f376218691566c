/** Finds the words of an evidence sentence from which the roles of a claim were read. */

/** Column `<role>_text` of a claim gives the words of a role; of two with the same words the first has the first place. */
export const ROLES = ["supplier", "recipient", "item", "quantity", "trigger", "claimant", "date"];
const SPECIAL = /[.*+?^${}()|[\]\\/]/g;

/** The roles whose words stand in the evidence, `[{role, start, end}]`, and the words of those read elsewhere. */
export function findRoles(claim) {
  const marks = [];
  const elsewhere = {};
  for (const role of ROLES) {
    const text = claim[`${role}_text`];
    if (!text) continue;
    const place = findPlace(text, claim.evidence_text, marks);
    if (place) marks.push({ role, ...place });
    else elsewhere[role] = text;
  }
  return { marks, elsewhere };
}

function findPlace(text, evidence, taken) {
  const alone = new RegExp(`(?<![\\p{L}\\p{N}_])${text.replace(SPECIAL, "\\$&")}(?![\\p{L}\\p{N}_])`, "gu");
  const places = [...evidence.matchAll(alone)].map((found) => ({ start: found.index, end: found.index + text.length }));
  const isFree = ({ start, end }) => !taken.some((mark) => mark.start === start && mark.end === end);
  return places.find(isFree) ?? places[0];
}

/** The evidence cut wherever a mark begins or ends: `[{text, roles}]`, roles of the longest mark first. */
export function segments(evidence, marks) {
  const cuts = [...new Set([0, evidence.length, ...marks.flatMap(({ start, end }) => [start, end])])].sort(
    (a, b) => a - b,
  );
  const longestFirst = [...marks].sort((a, b) => b.end - b.start - (a.end - a.start));
  return cuts.slice(0, -1).map((start, i) => ({
    text: evidence.slice(start, cuts[i + 1]),
    roles: longestFirst.filter((mark) => mark.start <= start && mark.end >= cuts[i + 1]).map(({ role }) => role),
  }));
}
