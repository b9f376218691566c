/** Reads columns, and single rows, of one Parquet file of the release: no more of the file than a view needs. */

import { asyncBufferFromUrl, cachedAsyncBuffer, parquetMetadataAsync, parquetRead } from "./lib/hyparquet/index.js";
import { decompress } from "./lib/fzstd/index.js";

const WHOLE_BELOW = 4_000_000; // bytes; a smaller file is fetched at once rather than in ranges
const MICROSECONDS_A_DAY = 86_400_000_000;
const MAX_PAGES = 400; // decoded pages kept for single rows, of all columns of a file
const compressors = { ZSTD: (input, length) => decompress(input, new Uint8Array(length)) };

/** Times as ISO 8601 (UTC) with what they have of microseconds, days as ISO dates. */
const AS_TEXT = {
  timestampFromMicroseconds: (micros) => isoTime(micros),
  dateFromDays: (days) => isoDay(days),
};

/** Times as whole days since 1970 (UTC). */
export const AS_DAYS = { timestampFromMicroseconds: (micros) => Math.floor(Number(micros) / MICROSECONDS_A_DAY) };

/** The ISO date of a number of days since 1970. */
export function isoDay(days) {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

function isoTime(micros) {
  const seconds = Math.floor(Number(micros) / 1e6);
  const rest = Number(micros) - seconds * 1e6;
  const fraction = rest ? `.${String(rest).padStart(6, "0")}` : "";
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction}Z`;
}

export class Table {
  /** Opens a file; Error names it where it is missing or is no Parquet. */
  static async open(url) {
    const name = url.split("/").pop();
    try {
      const file = cachedAsyncBuffer(await asyncBufferFromUrl({ url }), { minSize: WHOLE_BELOW });
      return new Table(name, file, await parquetMetadataAsync(file));
    } catch (error) {
      throw new Error(`${name} cannot be read (${error.message}). Serve the whole folder of the release.`);
    }
  }

  constructor(name, file, metadata) {
    this.name = name;
    this.file = file;
    this.metadata = metadata;
    this.length = Number(metadata.num_rows);
    this.pages = new Map();
  }

  /** All values of a column, in the order of the file; missing ones are null or undefined. */
  async column(name, parsers = AS_TEXT) {
    if (this.length === 0) return [];
    const chunks = [];
    await this.#read({ columns: [name], parsers, onChunk: (chunk) => chunks.push(chunk) });
    if (chunks.length === 1 && chunks[0].rowStart === 0) return chunks[0].columnData;
    const values = new Array(this.length);
    for (const { columnData, rowStart } of chunks) {
      for (let i = 0; i < columnData.length; i++) values[rowStart + i] = columnData[i];
    }
    return values;
  }

  /** The rows at `indices`, in that order, as objects with the columns `names`. Reads the pages that hold them. */
  async rows(indices, names) {
    const found = Array.from(indices, () => ({}));
    const wanted = Array.from(indices, (row, place) => [row, place]).sort((a, b) => a[0] - b[0]);
    await Promise.all(
      names.map(async (name) => {
        for (const [row, place] of wanted) {
          const page = this.#cached(name, row) ?? (await this.#page(name, row));
          found[place][name] = page.values[row - page.start] ?? null;
        }
      }),
    );
    return found;
  }

  #read(options) {
    return parquetRead({ file: this.file, metadata: this.metadata, compressors, ...options });
  }

  #cached(name, row) {
    return this.pages.get(name)?.find((page) => row >= page.start && row < page.end);
  }

  async #page(name, row) {
    const read = [];
    const onPage = ({ columnData, rowStart, rowEnd }) => read.push({ values: columnData, start: rowStart, end: rowEnd });
    const range = { rowStart: row, rowEnd: row + 1, useOffsetIndex: true };
    await this.#read({ columns: [name], parsers: AS_TEXT, onPage, ...range });
    const page = read.find(({ start, end }) => row >= start && row < end);
    if (!page) throw new Error(`${this.name}: row ${row} of ${name} is not there. Serve the whole folder of the release.`);
    const kept = this.pages.get(name) ?? [];
    this.pages.set(name, [...kept.slice(-(MAX_PAGES - 1)), page]);
    return page;
  }
}
