/** Writes what is filtered as CSV for spreadsheets, in which no cell can become a formula. */

// A cell that begins so is taken for a formula, or hides one behind white space, by one spreadsheet or another.
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const QUOTED = /[",\r\n]/;
const CHUNK = 5_000; // rows read at once

/** A value as a cell: lists joined by `|`, nothing for null, an apostrophe before what could be a formula. */
export function cell(value) {
  if (value === null || value === undefined) return "";
  const plain = Array.isArray(value) ? value.join("|") : String(value);
  const safe = FORMULA.test(plain) ? `'${plain}` : plain;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function line(cells) {
  return `${cells.map(cell).join(",")}\r\n`;
}

/** The claims in `rows` with every column of their table, and title, address and publisher of their article. */
export async function claimsCsv(release, rows, progress) {
  const columns = release.declarations.columns.claims;
  const article = ["title", "url", "publisher"];
  const parts = ["\ufeff", line([...columns, ...article.map((name) => `article_${name}`)])];
  for (let start = 0; start < rows.length; start += CHUNK) {
    const claims = await release.claims(rows.slice(start, start + CHUNK), columns, article);
    const written = claims.map((one) =>
      line([...columns.map((name) => one[name]), ...article.map((name) => one.article[name])]),
    );
    parts.push(written.join(""));
    progress(Math.min(start + CHUNK, rows.length), rows.length);
  }
  return new Blob(parts, { type: "text/csv;charset=utf-8" });
}

/** The events at `places` with every column of their table. */
export async function eventsCsv(release, places, progress) {
  const columns = release.declarations.columns.events;
  const parts = ["\ufeff", line(columns)];
  for (let start = 0; start < places.length; start += CHUNK) {
    const events = await release.eventRows(places.slice(start, start + CHUNK), columns);
    parts.push(events.map((event) => line(columns.map((name) => event[name]))).join(""));
    progress(Math.min(start + CHUNK, places.length), places.length);
  }
  return new Blob(parts, { type: "text/csv;charset=utf-8" });
}

/** Hands a file to the browser's downloads. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
