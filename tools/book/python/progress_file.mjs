/* Progress as a file: what it holds, what may be read from one, and what of it is new here. */

import { KINDS, VERSION } from "./kept.mjs";

const BOOK = "dnn-book";
const ADVICE = "Choose a file that was saved on this page.";

/** Returns the text of a file that holds all that is kept, `{ kind, chapter, name, text }` each. */
export const asFile = (kept) => `${JSON.stringify({ book: BOOK, version: VERSION, kept }, null, 1)}\n`;

/** Returns what a file holds; throws an Error with a message for the reader where it is no such file. */
export function fromFile(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error(`Nothing was changed: this file is no JSON. ${ADVICE}`);
  }
  if (file?.book !== BOOK) throw new Error(`Nothing was changed: this file holds no progress in this book. ${ADVICE}`);
  if (file.version !== VERSION)
    throw new Error(
      `Nothing was changed: this file is of version ${file.version}, and this copy of the book reads version ${VERSION}.`,
    );
  const place = Array.isArray(file.kept) ? file.kept.findIndex((entry) => !isEntry(entry)) : 0;
  if (place >= 0) throw new Error(`Nothing was changed: entry ${place} of this file cannot be read. ${ADVICE}`);
  return file.kept.map(({ kind, chapter, name, text }) => ({ kind, chapter, name, text }));
}

function isEntry(entry) {
  const word = (text) => typeof text === "string" && /^\w+$/.test(text);
  return KINDS.includes(entry?.kind) && word(entry.chapter) && word(entry.name) && typeof entry.text === "string";
}

/** Returns the entries that are not kept here yet, and how many answers differ from those here, which stay. */
export function newIn(entries, here) {
  const key = ({ kind, chapter, name }) => `${kind}/${chapter}/${name}`;
  const texts = new Map(here.map((entry) => [key(entry), entry.text]));
  const others = entries.filter((entry) => texts.has(key(entry)) && entry.kind === "answer");
  return {
    added: entries.filter((entry) => !texts.has(key(entry))),
    left: others.filter((entry) => texts.get(key(entry)) !== entry.text).length,
  };
}

/** Returns how many of something, in words: "1 mark", "2 marks". */
export const count = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;

/** Returns the sentence that says what a file brought. */
export function saidOfLoading({ added, left }) {
  const answers = added.filter((entry) => entry.kind === "answer").length;
  const stayed = left
    ? ` ${count(left, "answer")} of the file differ${left === 1 ? "s" : ""} from yours, which stays.`
    : "";
  if (!added.length) return `The file holds nothing that is not here already.${stayed}`;
  return `Added ${count(added.length - answers, "mark")} and ${count(answers, "answer")}.${stayed}`;
}
