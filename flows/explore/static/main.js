/** Starts the explorer: loads the release, then shows what the address says, and again whenever it changes. */

import { el } from "./dom.js";
import { eventPage } from "./event.js";
import { Filters } from "./facets.js";
import { filtered } from "./filtering.js";
import { Overview } from "./overview.js";
import { loadRelease } from "./release.js";
import { fromHash, nFilters, toHash } from "./selection.js";

const at = (id) => document.getElementById(id);
const usualTitle = document.title;

function setUpTheme() {
  const button = at("theme");
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const say = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("materiel-theme", root.dataset.theme);
    } catch {
      // Storage is switched off: the choice lasts as long as the page.
    }
    say();
  });
  dark.addEventListener("change", say);
  say();
}

function setUpFilters() {
  const [toggle, form] = [at("filters-toggle"), at("filters")];
  toggle.addEventListener("click", () => {
    const isOpen = form.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(isOpen));
  });
  at("skip").addEventListener("click", (event) => {
    event.preventDefault(); // the hash is the selection
    at("results").focus();
  });
}

function fail(error) {
  console.error(error);
  document.documentElement.dataset.state = "failed";
  at("explorer").hidden = true;
  at("start").hidden = false;
  at("start").setAttribute("role", "alert");
  at("start").replaceChildren(el("h1", null, "The release could not be read"), el("p", null, error.message));
}

class Explorer {
  constructor(release) {
    this.release = release;
    const choose = (selection) => this.go(selection);
    this.filters = new Filters(at("filters"), release, choose);
    this.overview = new Overview(at("overview"), release, choose);
    addEventListener("hashchange", () => this.show().catch(fail));
  }

  /** Makes a selection the address, which then shows it and is a step of the back button. */
  go(selection) {
    location.hash = toHash(selection);
  }

  async show() {
    const began = performance.now();
    const turn = (this.turn = {});
    const selection = fromHash(location.hash);
    const n = nFilters(selection);
    at("filters-toggle").textContent = n ? `Filters (${n})` : "Filters";
    if (selection.event) await this.#showEvent(selection, turn);
    else await this.#showOverview(selection);
    if (this.turn !== turn) return; // the address has changed meanwhile
    document.documentElement.dataset.shown = location.hash || "#";
    performance.measure("materiel-show", { start: began });
  }

  #turnTo(page, title) {
    at("event").hidden = page !== "event";
    at("overview").hidden = page !== "overview";
    at("explorer").classList.toggle("one", page === "event");
    document.title = title;
  }

  async #showOverview(selection) {
    const wasEvent = !at("event").hidden;
    this.#turnTo("overview", usualTitle);
    at("event").replaceChildren();
    const found = filtered(this.release, selection);
    this.filters.show(selection, found.counts);
    await this.overview.show(selection, found);
    if (wasEvent && this.place !== undefined) scrollTo(0, this.place);
  }

  async #showEvent(selection, turn) {
    if (at("event").hidden) this.place = scrollY;
    const place = this.release.eventPlaces.get(selection.event);
    const page = place === undefined ? noSuchEvent(selection) : await eventPage(this.release, selection, place);
    if (this.turn !== turn) return;
    at("event").replaceChildren(...page.elements);
    this.#turnTo("event", `${page.title} · ${usualTitle}`);
    scrollTo(0, 0);
    at("event-title").focus({ preventScroll: true });
  }
}

function noSuchEvent(selection) {
  const title = el("h1", { tabindex: "-1", id: "event-title" }, "This release has no such event");
  const back = el("a", { href: toHash({ ...selection, event: "" }) }, "Back to the list");
  return {
    title: title.textContent,
    elements: [title, el("p", { class: "empty" }, "Linking anew can change the id of an event. ", back)],
  };
}

async function start() {
  setUpTheme();
  setUpFilters();
  const began = performance.now();
  document.querySelector(".start-help").hidden = true;
  const say = (text) => (document.querySelector(".start-words").textContent = text);
  const answer = await fetch("declarations.json");
  if (!answer.ok)
    throw new Error(`declarations.json is missing (${answer.status}). Serve the whole folder of the release.`);
  const release = await loadRelease("../", await answer.json(), (done, all) =>
    say(`Reading the release: ${done} of ${all} columns`),
  );
  at("explorer").hidden = false;
  at("start").hidden = true;
  await new Explorer(release).show();
  performance.measure("materiel-load", { start: began });
  document.documentElement.dataset.state = "ready";
}

start().catch(fail);
