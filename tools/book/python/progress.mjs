/* What a page does about a reader's answers and marks: keeps what is typed, shows what is solved, and gives it back.

   One classic script on every page, whether it has Python or not. What it exports is `bookKept` there. */

import { withAnswers } from "./answers.mjs";
import { button, make } from "./dom.mjs";
import { all, keyParts, read, remove, write } from "./kept.mjs";
import { asFile, count, fromFile, newIn, saidOfLoading } from "./progress_file.mjs";

export { all, read, remove, write };

const SOURCE = document.currentScript?.src; // of this script, beside which the notebooks lie
const WORDS = { solved: "solved", question: "answered" };
const page = JSON.parse(document.getElementById("progress-data").textContent);
const chapters = globalThis.bookTasks ?? {}; // chapter -> its tasks' names; without that script there are no lists
const tasks = page.tasks.map(([kind, name, place]) => ({ kind, name, place }));

const one = (selector, root = document) => root.querySelector(selector);
const every = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Returns a sign for the eye and words for the ear. */
function sign(shown, said) {
  return [make("span", { "aria-hidden": "true" }, shown), make("span", { class: "visually-hidden" }, said)];
}

// Notices

const said = new Set();
const notice = make("div", { class: "book-notice" });
const words = make("p", { role: "status" });
const close = button("Close", () => words.replaceChildren());

/** Tells the reader something, once however often it is true. */
function sayOnce(message) {
  if (!message || said.has(message)) return;
  said.add(message);
  words.textContent = message;
}

// Marks

/** Returns what is done: "chapter/name" of each mark. */
const doneNow = () =>
  new Set(all().flatMap(({ kind, chapter, name }) => (kind in WORDS ? [`${chapter}/${name}`] : [])));

/** Puts a hidden mark beside each exercise and question of the page. */
function placeMarks() {
  for (const task of tasks) {
    const place = document.getElementById(task.place);
    const beside = task.kind === "solved" ? one("h1, h2, h3, h4, h5, h6", place) : place;
    const [tick] = sign("✓", "");
    task.mark = make("span", { class: "done-mark", hidden: "" }, tick, ` ${WORDS[task.kind]}`);
    beside.append(task.mark);
  }
}

/** Returns the sections of the page that the contents list names -> the tasks in each. */
function sections() {
  const found = new Map();
  for (const task of tasks) {
    const place = document.getElementById(task.place).closest("section")?.id;
    found.set(place, [...(found.get(place) ?? []), task]);
  }
  return found;
}

/** Shows in a link of a list of contents how much of it is done; the room for it is always there. */
function mark(link, done, of) {
  one(".done-count", link)?.remove();
  if (!done) return;
  const shown = done < of ? sign(`${done}/${of}`, `, ${done} of ${of} done`) : sign("✓", ", done");
  link.append(make("span", { class: `done-count ${done < of ? "" : "complete"}` }, ...shown));
}

/** Returns the links to chapters in the list of the book, by the chapter's name. */
function chapterLinks() {
  const links = every(".bd-sidebar-primary .bd-links a").map((link) => {
    const own = link.getAttribute("href") === "#";
    return [own ? page.chapter : /(\w+)\.html$/.exec(link.pathname)?.[1], link];
  });
  return links.filter(([name]) => name in chapters);
}

/** Shows all that is done, wherever it is shown. */
function show() {
  const done = doneNow();
  for (const task of tasks) {
    task.done = done.has(`${page.chapter}/${task.name}`);
    task.mark.hidden = !task.done;
  }
  for (const [id, within] of sections()) {
    const link = one(`#pst-page-toc-nav a[href="#${id}"]`);
    if (link) mark(link, within.filter((task) => task.done).length, within.length);
  }
  for (const [name, link] of chapterLinks()) {
    const names = chapters[name].split(" ");
    mark(link, names.filter((task) => done.has(`${name}/${task}`)).length, names.length);
  }
  if (one(".progress-head")) showList(done);
  const clear = one('[data-do="clear"]');
  if (clear) clear.disabled = !Object.keys(answersHere()).length;
}

/** Puts a mark, and keeps it. */
function finish(kind, chapter, name) {
  if (read(kind, chapter, name) === null) sayOnce(write(kind, chapter, name, "yes"));
  show();
}

// Answers

/** Returns what was typed in this chapter, name -> text. */
const answersHere = () =>
  Object.fromEntries(
    all().flatMap(({ kind, chapter, name, text }) =>
      kind === "answer" && chapter === page.chapter ? [[name, text]] : [],
    ),
  );

/** Keeps what is typed; what is the stub again needs no keeping. */
function keep({ chapter, exercise, text, stub }) {
  sayOnce(text === stub ? remove("answer", chapter, exercise) : write("answer", chapter, exercise, text));
  show();
}

/** Tells the places for answers what is kept of theirs now: a text, or null. */
function tell(name, text) {
  for (const place of every(`.solve[data-exercise="${name}"]`))
    place.dispatchEvent(new CustomEvent("kept", { detail: { text } }));
}

/** Gives the reader a file. */
function give(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Gives the chapter as a notebook with the answers in it; its text comes as a script, which works from a folder. */
function download() {
  const script = make("script", { src: new URL(`notebooks/${page.chapter}.js`, SOURCE).href });
  script.onload = () => {
    const notebook = withAnswers(globalThis.bookNotebooks[page.chapter], answersHere());
    give(`${page.chapter}.ipynb`, `${JSON.stringify(notebook, null, 1)}\n`, "application/x-ipynb+json");
  };
  script.onerror = () => {
    words.textContent = "The chapter's notebook could not be loaded. Reload the page, and try again.";
  };
  document.head.append(script);
  script.remove();
}

function clear() {
  const names = Object.keys(answersHere());
  if (!confirm(`Clear what you typed in this chapter (${count(names.length, "answer")})? Its marks stay.`)) return;
  for (const name of names) {
    remove("answer", page.chapter, name);
    tell(name, null);
  }
  words.textContent = "What you typed in this chapter is cleared.";
  show();
}

// The Progress page

/** Brings the list of chapters up to date. */
function showList(done) {
  const totals = { solved: [0, 0], question: [0, 0] };
  for (const entry of every(".progress-chapter")) {
    const counts = { solved: [0, 0], question: [0, 0] };
    for (const item of every("li", entry)) {
      const { kind, name } = item.dataset;
      const isDone = done.has(`${entry.dataset.chapter}/${name}`);
      item.classList.toggle("done", isDone);
      one(".done-word", item)?.remove();
      if (isDone) item.append(make("span", { class: "done-word" }, ` ${WORDS[kind]}`));
      for (const of of [counts[kind], totals[kind]]) {
        of[0] += isDone;
        of[1] += 1;
      }
    }
    const texts = Object.entries(counts).filter(([, [, of]]) => of);
    one(".progress-counts", entry).textContent = texts
      .map(([kind, [n, of]]) => `${n} of ${of} ${WORDS[kind]}`)
      .join(", ");
    const [n, of] = [0, 1].map((place) => counts.solved[place] + counts.question[place]);
    entry.classList.toggle("done", n === of);
    entry.style.setProperty("--share", n / of);
  }
  const { solved, question } = totals;
  const exercises = solved[1] ? `solved ${solved[0]} of ${count(solved[1], "exercise")} and ` : "";
  const text = `You have ${exercises}answered ${question[0]} of ${count(question[1], "question")}.`;
  if (one(".progress-total").textContent !== text) one(".progress-total").textContent = text;
}

/** Adds what a file holds to what is kept here; where the store refuses, nothing is added. */
function add(text) {
  const found = newIn(fromFile(text), all());
  for (const { kind, chapter, name, text } of found.added) {
    const message = write(kind, chapter, name, text);
    if (!message) continue;
    for (const entry of found.added) remove(entry.kind, entry.chapter, entry.name);
    throw new Error(`Nothing was changed. ${message}`);
  }
  return saidOfLoading(found);
}

/** Connects the buttons of the Progress page. */
function connectList() {
  const [file, status] = every(".progress-head .answers-bar :is(input, [role=status])");
  file.onchange = async () => {
    try {
      status.textContent = add(await file.files[0].text());
    } catch (error) {
      status.textContent = error.message;
    }
    file.value = ""; // so that the same file can be chosen once more
    show();
  };
  return {
    save: () => give("deep-networks-progress.json", asFile(all()), "application/json"),
    load: () => file.click(),
    forget: () => {
      if (!confirm("Clear all marks and all that you typed, in every chapter? This can't be undone.")) return;
      for (const { kind, chapter, name } of all()) remove(kind, chapter, name);
      status.textContent = "All is cleared.";
      show();
    },
  };
}

// What happens when

notice.append(words, close);
one("main")?.append(notice);
placeMarks();
const actions = { download, clear, ...(one(".progress-head") ? connectList() : {}) };
show();

document.addEventListener("click", ({ target }) => {
  actions[target.closest("[data-do]")?.dataset.do]?.();
  const answer = target.closest(".choices details.right > summary")?.parentElement;
  if (answer && !answer.open) finish("question", page.chapter, answer.closest("[data-question]").dataset.question);
});
document.addEventListener("answered", ({ target }) => {
  finish("question", page.chapter, target.dataset.question);
});
document.addEventListener("solved", ({ detail }) => {
  finish("solved", detail.chapter, detail.exercise);
});
document.addEventListener("opened", ({ detail }) => {
  read("answer", detail.chapter, detail.exercise); // so that a change by another tab is noticed from here on
});
document.addEventListener("typed", ({ detail }) => {
  keep(detail);
});
window.addEventListener("storage", ({ key, newValue }) => {
  const parts = keyParts(key);
  if (parts?.kind === "answer" && parts.chapter === page.chapter) {
    tell(parts.name, newValue);
    // An editor in which the reader is at work keeps its text; any other has taken the new one.
    const place = one(`.solve[data-exercise="${parts.name}"]`);
    if (!place?.contains(document.activeElement)) read("answer", page.chapter, parts.name);
  }
  show();
});
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) show();
});
