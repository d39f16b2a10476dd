/* Puts a button into each place for an answer. The first click loads Python and the editor, shows how far that is,
   and can be taken back; nothing is loaded before. What follows is cell.mjs's. */

import { button, make } from "./dom.mjs";

const HERE = document.currentScript.src;
const WORDS = { scratch: "Open a scratch cell", exercise: "Solve it here", kept: "Go on solving" };
const CANCELLED = "cancelled";

const watchers = new Set(); // who is told how far the loading is: every cell that waits for it
let starting = null; // the one start that all cells of a page share
let cancel = () => {};

/** Loads a classic script beside this one, as a folder allows it too. */
function load(name) {
  return new Promise((done, fail) => {
    const script = make("script", { src: new URL(name, HERE) });
    script.onload = done;
    script.onerror = () => {
      script.remove();
      fail(new Error(`The file ${name} did not arrive. Are you still connected? Then try again.`));
    };
    document.head.append(script);
  });
}

/** Loads the editor and the engine's script, then starts the engine. */
async function begin(signal) {
  if (!globalThis.bookCell) await load("cell.js");
  const onprogress = (news) => {
    for (const tell of watchers) tell(news);
  };
  await globalThis.bookCell.engine.start({ onprogress, signal });
}

/** Waits for the engine and the editor, of which there is one a page; `tell` hears of the progress. */
async function ready(tell) {
  watchers.add(tell);
  if (!starting) {
    const controller = new AbortController();
    const cancelled = new Promise((_, fail) => {
      cancel = () => fail(CANCELLED);
    });
    starting = Promise.race([begin(controller.signal), cancelled]);
    starting.catch((reason) => {
      starting = null;
      if (reason === CANCELLED) controller.abort();
    });
  }
  try {
    await starting;
  } finally {
    watchers.delete(tell);
  }
}

/** Says how far a download is: "3.4 of 8.2 MB". */
function megabytes(done, total) {
  return `${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`;
}

/** Moves the focus to an element, unless the reader has gone elsewhere meanwhile. */
function focusFrom(place, element) {
  if (place.contains(document.activeElement) || document.activeElement === document.body)
    element.focus({ preventScroll: true });
}

/** Returns what the button says: whether something was typed before. */
function wordsFor({ chapter, name, kind }) {
  const kept = globalThis.bookKept?.read("answer", chapter, name) ?? null;
  return WORDS[kind === "scratch" ? "scratch" : kept === null ? "exercise" : "kept"];
}

/** Puts the button into a place, with a message before it where an attempt to load has failed. */
function offer(place, data, message = "") {
  const scratch = place.dataset.kind === "scratch";
  const opener = button(wordsFor(data), () => open(place, data));
  const invitation = make(
    "p",
    {},
    make("strong", {}, "Scratch."),
    " A cell of Python in this page, with NumPy and what this chapter has built.",
  );
  place.dataset.state = "closed";
  place.replaceChildren(
    ...(scratch ? [invitation] : []),
    ...(message ? [make("p", { class: "solve-failed", role: "alert" }, message)] : []),
    opener,
  );
  return opener;
}

/** Loads what a cell needs, and opens it. */
async function open(place, data) {
  const bar = make("progress", { "aria-label": "Loading Python", max: 1 });
  const far = make("span", { class: "solve-far" });
  const canceller = button("Cancel", () => cancel());
  const text = make("span", { role: "status" }, "Loading Python …");
  const quick = starting && !watchers.size; // it is there already
  if (!quick) {
    place.dataset.state = "loading";
    place.replaceChildren(make("div", { class: "solve-loading" }, text, bar, far, canceller));
    canceller.focus({ preventScroll: true });
  }
  try {
    await ready(({ done, total, what }) => {
      bar.value = total ? done / total : 0;
      far.textContent = total && done < total ? megabytes(done, total) : "";
      if (text.textContent !== `${what} …`) text.textContent = `${what} …`;
    });
  } catch (reason) {
    const again = offer(place, data, reason === CANCELLED ? "" : reason.message);
    return focusFrom(place, again);
  }
  const focused = place.contains(document.activeElement) || document.activeElement === document.body;
  const cell = globalThis.bookCell.openCell(place, data);
  if (focused) cell.focus();
}

const store = document.getElementById("solve-data");
if (store) {
  const { chapter, setup, cells } = JSON.parse(store.textContent);
  for (const place of document.querySelectorAll(".solve")) {
    const name = place.dataset.exercise;
    const data = { chapter, setup, name, kind: place.dataset.kind, ...cells[name] };
    offer(place, data);
    place.addEventListener("kept", () => {
      if (place.dataset.state === "closed") place.querySelector(":scope > button").textContent = wordsFor(data);
    });
  }
}
