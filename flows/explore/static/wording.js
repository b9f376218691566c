/** Puts values of the data into English: numbers, days, amounts, coded values and their meanings. */

const NUMBER = new Intl.NumberFormat("en", { maximumSignificantDigits: 12 });
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `12,345`. */
export function number(n) {
  return NUMBER.format(n);
}

/** `1 claim`, `2 claims`. */
export function plural(n, one, many = `${one}s`) {
  return `${number(n)} ${n === 1 ? one : many}`;
}

/** A coded value as words: `air_defence` is `air defence`. */
export function spoken(value) {
  return value.replaceAll("_", " ");
}

/** `2024-09-03...` as `3 Sep 2024`; `undated` for nothing. */
export function day(iso) {
  if (!iso) return "undated";
  const [year, month, date] = iso.slice(0, 10).split("-").map(Number);
  return `${date} ${MONTHS[month - 1]} ${year}`;
}

/** `6 units`, `over 400 units`, `up to 50 rounds`, `24 to 36 units`, or nothing. */
export function amount(low, high, unit) {
  if (low === null && high === null) return "";
  const sum = { low: low === null ? "" : number(low), high: high === null ? "" : number(high) };
  const words =
    low === high
      ? sum.low
      : high === null
        ? `over ${sum.low}`
        : low === null
          ? `up to ${sum.high}`
          : `${sum.low} to ${sum.high}`;
  return unit ? `${words} ${unit}` : words;
}

/** What a coded value means, as the release's declarations say; empty for an unknown one. */
export function meaning(declarations, vocabulary, value) {
  return declarations.vocabularies[vocabulary]?.[value] ?? "";
}

const CLAIMANTS = { AUTHOR: "the article itself", MEDIA: "another outlet", ANALYST: "an analyst", UNK: "nobody named" };

/** Who speaks, in words: an actor's name, or what a special claimant stands for. */
export function speaker(release, claimant) {
  return CLAIMANTS[claimant] ?? release.name(claimant);
}
