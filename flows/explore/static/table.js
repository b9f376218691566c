/** Reads columns, and single rows, of one Parquet file of the release: no more of the file than a view needs. */

import { asyncBufferFromUrl, cachedAsyncBuffer, parquetMetadataAsync, parquetRead } from "./lib/hyparquet/index.js";
import { decompress } from "./lib/fzstd/index.js";

const WHOLE_BELOW = 4_000_000; // bytes; a smaller file is fetched at once rather than in ranges
const MICROSECONDS_A_DAY = 86_400_000_000;
const SMALL = 3_000_000; // bytes; a smaller column is read whole when a row of it is shown
const SPAN = 20_000; // rows; what is needed of so many is read at once
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
    this.whole = new Map(); // promises of all values, by column
    this.pages = new Map(); // pages that were read, by column
  }

  /** All values of a column, in the order of the file; missing ones are null or undefined. */
  async column(name, parsers = AS_TEXT) {
    return (await this.#columns([name], parsers)).get(name);
  }

  /** The rows at `indices`, in that order, as objects with the columns `names`.
   *
   * Small columns are read whole, once; of a large one only the pages that hold the rows.
   */
  async rows(indices, names) {
    const found = Array.from(indices, () => ({}));
    if (found.length === 0) return found;
    const isSmall = (name) => this.#bytes(name) <= SMALL;
    const small = names.filter(isSmall);
    this.#keepWhole(small.filter((name) => !this.whole.has(name)));
    for (const name of small) {
      const values = await this.whole.get(name);
      found.forEach((row, place) => (row[name] = values[indices[place]] ?? null));
    }
    for (const name of names.filter((one) => !isSmall(one))) {
      const values = await this.#scattered(name, indices);
      found.forEach((row, place) => (row[name] = values[place]));
    }
    return found;
  }

  #read(options) {
    return parquetRead({ file: this.file, metadata: this.metadata, compressors, ...options });
  }

  /** Bytes of a column in the file. */
  #bytes(name) {
    const chunks = this.metadata.row_groups.flatMap((group) => group.columns.map((column) => column.meta_data));
    const own = chunks.filter((chunk) => chunk.path_in_schema[0] === name);
    return own.reduce((sum, chunk) => sum + Number(chunk.total_compressed_size), 0);
  }

  async #columns(names, parsers) {
    const columns = new Map(names.map((name) => [name, new Array(this.length)]));
    const onChunk = ({ columnName, columnData, rowStart }) => {
      const values = columns.get(columnName);
      for (let i = 0; i < columnData.length; i++) values[rowStart + i] = columnData[i];
    };
    if (this.length) await this.#read({ columns: names, parsers, onChunk });
    return columns;
  }

  #keepWhole(names) {
    if (names.length === 0) return;
    const read = this.#columns(names, AS_TEXT);
    for (const name of names)
      this.whole.set(
        name,
        read.then((columns) => columns.get(name)),
      );
  }

  async #scattered(name, indices) {
    const wanted = Uint32Array.from(indices).sort();
    for (let i = 0; i < wanted.length;) {
      if (this.#kept(name, wanted[i])) i += 1;
      else {
        let last = i; // rows near each other are read together: each reading begins with the column's dictionary
        while (last + 1 < wanted.length && wanted[last + 1] < wanted[i] + SPAN && !this.#kept(name, wanted[last + 1]))
          last += 1;
        await this.#keepPages(name, wanted[i], wanted[last] + 1);
        i = last + 1;
      }
    }
    return Array.from(indices, (row) => {
      const page = this.#kept(name, row);
      if (!page)
        throw new Error(`${this.name}: row ${row} of ${name} is not there. Serve the whole folder of the release.`);
      return page.values[row - page.start] ?? null;
    });
  }

  #kept(name, row) {
    return this.pages.get(name)?.find((page) => row >= page.start && row < page.end);
  }

  async #keepPages(name, rowStart, rowEnd) {
    const kept = this.pages.get(name) ?? [];
    this.pages.set(name, kept);
    const onPage = ({ columnData, rowStart: start, rowEnd: end }) => kept.push({ values: columnData, start, end });
    await this.#read({ columns: [name], parsers: AS_TEXT, onPage, rowStart, rowEnd, useOffsetIndex: true });
  }
}
