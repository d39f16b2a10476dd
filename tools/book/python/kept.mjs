/* What a reader typed and solved, kept in this browser alone: one text a key, `dnn-book/1/kind/chapter/name`.

   Nothing here throws. What the browser refuses to keep stays in memory until the page is left, so that what is read
   back is always what was written last. Kinds: "answer", the text of an editor; "solved" and "question", marks. */

export const VERSION = 1;
export const KINDS = ["answer", "solved", "question"];
const PREFIX = `dnn-book/${VERSION}/`;
const KEY = new RegExp(`^${PREFIX}(${KINDS.join("|")})/(\\w+)/(\\w+)$`);

export const MESSAGES = {
  absent:
    "This browser keeps nothing for this page: it is a private window, or a setting forbids it. " +
    "What you type and solve is lost when you leave the page.",
  full:
    "The browser's store for this book is full. What you type from now on is lost when you leave the page: " +
    "download it first, or clear what you typed in a chapter that you have finished.",
  changed: "This answer was changed in another tab as well. What you type here takes its place.",
};

const unkept = new Map(); // key -> text that the browser did not keep
const known = new Map(); // key -> what this page last found or put in the store

const keyOf = (kind, chapter, name) => `${PREFIX}${kind}/${chapter}/${name}`;

/** Returns what the store holds under a key, or null. */
function stored(key) {
  try {
    return globalThis.localStorage.getItem(key) ?? null;
  } catch {
    return null;
  }
}

/** Puts a text into the store; returns "" or why that failed. */
function put(key, text) {
  let message = MESSAGES.absent;
  try {
    globalThis.localStorage.setItem(key, text);
    // A store that only pretends, as some private windows have it, gives nothing back.
    if (globalThis.localStorage.getItem(key) === text) message = "";
  } catch (error) {
    if (/quota/i.test(error?.name)) message = MESSAGES.full;
  }
  if (message) unkept.set(key, text);
  else unkept.delete(key);
  known.set(key, stored(key));
  return message;
}

/** Tries once more to keep what the store refused before. */
function retry() {
  for (const [key, text] of [...unkept]) put(key, text);
}

/** Returns the text kept under a kind, a chapter and a name, or null where there is none. */
export function read(kind, chapter, name) {
  const key = keyOf(kind, chapter, name);
  if (unkept.has(key)) return unkept.get(key);
  known.set(key, stored(key));
  return known.get(key);
}

/** Keeps a text; returns "", or a message for the reader where it could not be kept or took another tab's place. */
export function write(kind, chapter, name, text) {
  const key = keyOf(kind, chapter, name);
  const found = stored(key);
  const elsewhere = known.has(key) && found !== null && found !== known.get(key) && found !== text;
  return put(key, text) || (elsewhere ? MESSAGES.changed : "");
}

/** Forgets a text; returns "". */
export function remove(kind, chapter, name) {
  const key = keyOf(kind, chapter, name);
  unkept.delete(key);
  known.delete(key);
  try {
    globalThis.localStorage.removeItem(key);
  } catch {
    // Then it holds nothing either.
  }
  retry();
  return "";
}

/** Returns all that is kept: `{ kind, chapter, name, text }` each, in the order of the keys. */
export function all() {
  const texts = new Map();
  try {
    const { localStorage } = globalThis;
    for (let place = 0; place < (localStorage.length ?? 0); place++) {
      const key = localStorage.key(place);
      texts.set(key, localStorage.getItem(key));
    }
  } catch {
    // Nothing can be read: what is in memory remains.
  }
  for (const [key, text] of unkept) texts.set(key, text);
  return [...texts.keys()]
    .sort()
    .map((key) => [key, keyParts(key)])
    .filter(([, parts]) => parts)
    .map(([key, parts]) => ({ ...parts, text: texts.get(key) }));
}

/** Returns what a key of the store stands for, `{ kind, chapter, name }`, or null where it is none of the book's. */
export function keyParts(key) {
  const found = KEY.exec(key ?? "");
  return found && { kind: found[1], chapter: found[2], name: found[3] };
}
