/** Holds a release in memory: coded columns as numbers with their lists of values, all else read when it is shown. */

import { AS_DAYS, Table } from "./table.js";

export const UNDATED = -2147483648;
const CODED = {
  supplier: "supplier_id",
  recipient: "recipient_id",
  type: "support_type",
  stage: "stage_group",
  factuality: "factuality",
  claimant: "claimant_id",
};
const SHOWN = [
  "claim_id",
  "evidence_text",
  "supplier_text",
  "recipient_text",
  "item_text",
  "quantity_text",
  "trigger_text",
  "claimant_text",
  "date_text",
  "stage",
  "system_id",
  "claimant_type",
  "claimant_is_anonymous",
  "quantity_low",
  "quantity_high",
  "quantity_unit",
  "event_start_date",
  "event_end_date",
  "is_via_company",
  "is_implied",
];
const ARTICLE = ["title", "url", "publisher"];

/** A column as codes into the list of its values. */
class Coded {
  constructor(length) {
    this.codes = new Uint32Array(length);
    this.values = [];
    this.places = new Map();
  }

  write(values, offset) {
    let last, code;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value !== last || code === undefined) {
        code = this.places.get(value);
        if (code === undefined) this.places.set(value, (code = this.values.push(value) - 1));
        last = value;
      }
      this.codes[offset + i] = code;
    }
  }
}

/** Loads what filters and figures need. `progress(done, all)` is called after each column. */
export async function loadRelease(base, declarations, progress) {
  const names = ["claims", "claims_nonstate", "events", "articles", "actors"];
  const tables = {};
  await Promise.all(names.map(async (name) => (tables[name] = await Table.open(`${base}${name}.parquet`))));
  const release = new Release(declarations, tables);
  const steps = release.loading();
  for (const [done, step] of steps.entries()) {
    await step();
    progress(done + 1, steps.length);
    await new Promise((resume) => setTimeout(resume)); // lets the browser paint
  }
  return release;
}

export class Release {
  constructor(declarations, tables) {
    this.declarations = declarations;
    this.tables = tables;
    this.nStates = tables.claims.length;
    this.length = this.nStates + tables.claims_nonstate.length;
    this.facets = Object.fromEntries(Object.keys(CODED).map((key) => [key, new Coded(this.length)]));
    this.articles = new Coded(this.length);
    this.facets.status = new Coded(this.length);
    this.events = new Uint32Array(this.length);
    this.days = new Int32Array(this.length);
    this.confidence = new Float32Array(this.length);
    this.names = new Map();
  }

  /** The steps of loading, to be taken one after the other. */
  loading() {
    const coded = Object.entries(CODED).map(
      ([key, name]) =>
        () =>
          this.#both(name, (v, at) => this.facets[key].write(v, at)),
    );
    return [
      () => this.#loadActors(),
      ...coded,
      () => this.#both("article_id", (values, at) => this.articles.write(values, at)),
      () =>
        this.#both(
          "reported_at",
          (values, at) => values.forEach((day, i) => (this.days[at + i] = day ?? UNDATED)),
          AS_DAYS,
        ),
      () => this.#both("confidence", (values, at) => this.confidence.set(values, at)),
      () => this.#loadEvents(),
    ];
  }

  async #both(name, write, parsers) {
    const { claims, claims_nonstate: nonstate } = this.tables;
    write(await claims.column(name, parsers), 0);
    write(await nonstate.column(name, parsers), this.nStates);
  }

  async #loadActors() {
    const { actors } = this.tables;
    const [ids, names] = [await actors.column("actor_id"), await actors.column("name")];
    this.names = new Map(ids.map((id, i) => [id, names[i]]));
  }

  async #loadEvents() {
    const { events } = this.tables;
    this.eventIds = await events.column("event_id");
    this.eventPlaces = new Map(this.eventIds.map((id, place) => [id, place]));
    const statuses = await events.column("status");
    await this.#both("event_id", (ids, at) => ids.forEach((id, i) => (this.events[at + i] = this.#place(id))));
    this.facets.status.write(
      Array.from(this.events, (place) => statuses[place]),
      0,
    );
  }

  #place(eventId) {
    const place = this.eventPlaces.get(eventId);
    if (place === undefined)
      throw new Error(`events.parquet has no event ${eventId}. Serve the whole folder of the release.`);
    return place;
  }

  /** The English name of an actor, or its code where the release names none. */
  name(actor) {
    return this.names.get(actor) ?? actor;
  }

  /** The coded value of a claim, such as `value("supplier", 7)`. */
  value(key, row) {
    const { codes, values } = this.facets[key];
    return values[codes[row]];
  }

  /** What is shown of the claims in `rows`, with `article` (title, url, publisher) and coded values. */
  async claims(rows, columns = SHOWN, articleColumns = ARTICLE) {
    const shown = await this.#rowsOf(rows, columns);
    const articles = await this.#articlesOf(rows, articleColumns);
    return shown.map((values, i) => ({ ...values, row: rows[i], article: articles[i] }));
  }

  async #rowsOf(rows, columns) {
    const { claims, claims_nonstate: nonstate } = this.tables;
    const places = Array.from(rows, (row) => (row < this.nStates ? [claims, row] : [nonstate, row - this.nStates]));
    const read = new Map();
    for (const table of [claims, nonstate]) {
      const own = places.filter(([owner]) => owner === table).map(([, row]) => row);
      read.set(table, { values: await table.rows(own, columns), next: 0 });
    }
    return places.map(([table]) => read.get(table).values[read.get(table).next++]);
  }

  async #articlesOf(rows, columns) {
    const { articles } = this.tables;
    this.articleIds ??= await articles.column("article_id");
    const ids = Array.from(rows, (row) => this.articles.values[this.articles.codes[row]]);
    return articles.rows(
      ids.map((id) => this.#articlePlace(id)),
      columns,
    );
  }

  #articlePlace(id) {
    let [low, high] = [0, this.articleIds.length - 1]; // the table is sorted by article_id
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.articleIds[middle] < id) low = middle + 1;
      else high = middle;
    }
    if (this.articleIds[low] !== id)
      throw new Error(`articles.parquet has no article ${id}. Serve the whole folder of the release.`);
    return low;
  }

  /** Rows of the table `events` at these places, as objects with every column or those named. */
  eventRows(places, columns = this.declarations.columns.events) {
    return this.tables.events.rows(places, columns);
  }

  /** The claims of an event, newest first, undated last. */
  claimsOfEvent(place) {
    const rows = [];
    for (let row = 0; row < this.length; row++) if (this.events[row] === place) rows.push(row);
    return rows.sort((a, b) => this.days[b] - this.days[a] || this.confidence[b] - this.confidence[a] || a - b);
  }
}
