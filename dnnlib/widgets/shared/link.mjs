// The state in the link: an address that restores an explorable's state on its page, from a server and from a folder.

import { button, h, put } from "./ui.mjs";

const KEY = "explorable"; // of the explorable's place on the page, counted from 1
const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';

export const whole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
const finite = (value) => typeof value === "number" && Number.isFinite(value) && Math.abs(value) < 1e6;

/** What a trait's value may be: functions value -> whether it fits. */
export const oneOf =
  (...values) =>
  (value) =>
    values.includes(value);
export const flag = oneOf(true, false);
export const number = (value) => finite(value);
export const wholes = (count, least, most) => (value) =>
  Array.isArray(value) && value.length === count && value.every((one) => whole(one, least, most));
export const tableOf = (most) => (value) =>
  Array.isArray(value) &&
  whole(value.length, 1, most) &&
  value.every((row) => Array.isArray(row) && whole(row.length, 1, most) && row.length === value[0].length) &&
  value.flat().every(finite);

/** How a trait stands in the link: write(value) makes its text, read(text) the value, undefined where none fits. */
function formOf(check) {
  if (typeof check !== "function") return check;
  const fitting = (value) => (check(value) ? value : undefined);
  return { write: JSON.stringify, read: (text) => fitting(JSON.parse(text)) };
}

/** The text after # for the state of the explorable at a place: the declared traits that differ from what is stored. */
export function written(place, state, stored, checks) {
  const pairs = new URLSearchParams([[KEY, place]]);
  for (const [name, check] of Object.entries(checks)) {
    const { write } = formOf(check),
      text = write(state[name]);
    if (text !== write(stored[name])) pairs.set(name, text);
  }
  return String(pairs);
}

/** The traits that a text after # sets of the explorable at a place; null if it speaks of another one, or of none. */
export function read(text, place, checks) {
  const pairs = new URLSearchParams(text);
  if (pairs.get(KEY) !== String(place)) return null;
  const found = {};
  for (const [name, check] of Object.entries(checks)) {
    try {
      const value = pairs.has(name) ? formOf(check).read(pairs.get(name)) : undefined;
      if (value !== undefined) found[name] = value;
    } catch {
      // No such text: the trait keeps its value
    }
  }
  return found;
}

/**
 * The button that copies the link; null in a live notebook, whose address restores nothing. checks: by trait what its
 * value may be, or { write, read } with a text of its own; only these go into the link. Returns { el, stop }, and restores the state that the address holds.
 */
export function link(model, el, checks) {
  const view = el.previousElementSibling;
  if (!view?.matches(VIEW)) return null;
  const place = [...document.querySelectorAll(VIEW)].indexOf(view) + 1;
  const stateNow = () => Object.fromEntries(Object.keys(checks).map((name) => [name, model.get(name)]));
  const stored = structuredClone(stateNow());
  const field = h("input", { type: "text", readonly: true, hidden: true, "aria-label": "The link, to copy" }),
    note = h("span", { class: "xp-link-note", role: "status" });
  async function copy() {
    const address = `${location.href.split("#")[0]}#${written(place, stateNow(), stored, checks)}`;
    field.value = address;
    bar.append(field, note); // there before its text: else nobody hears it
    try {
      await navigator.clipboard.writeText(address);
      field.hidden = true;
      note.textContent = "Copied: it opens this page with the figure as it is now.";
    } catch {
      // Some browsers have no clipboard for pages from a folder
      field.hidden = false;
      field.focus();
      field.select();
      note.textContent = "Copy this text: it opens this page with the figure as it is now.";
    }
  }
  function restore() {
    const values = read(location.hash.slice(1), place, checks);
    if (!values) return;
    put(model, values);
    el.scrollIntoView({ block: "start" });
  }
  const bar = h("div", { class: "xp-link" }, button("Copy link to this state", copy));
  addEventListener("hashchange", restore);
  restore();
  return {
    el: bar,
    stop: () => removeEventListener("hashchange", restore),
  };
}
