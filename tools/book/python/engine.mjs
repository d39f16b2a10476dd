/* Python in the page behind three calls, `start`, `run` and `stop`; nothing is loaded before `start`.

   The files lie in one folder, `manifest.json` tells their lengths and hashes (tools/page_python/bundle.py writes all).
   Over http they are fetched; from disk, where a page may fetch nothing, each comes as a script with the same bytes in
   base64. The interpreter runs in a worker. After its first start its memory is kept: from that copy it starts anew when
   it is stopped or breaks down. Another engine may stand behind the same calls. */

const WASM = "python.wasm";
// A function with a `try_table`: browsers without WebAssembly's exceptions refuse it.
const EXCEPTIONS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 31, 64, 0, 11, 11];

/** The run was stopped, by the reader or at its time limit. */
export class Stopped extends Error {
  name = "Stopped";
}

/** Says why a browser cannot run the interpreter, or "". */
export function lacks() {
  const able =
    typeof WebAssembly === "object" &&
    typeof DecompressionStream === "function" &&
    WebAssembly.validate(new Uint8Array(EXCEPTIONS));
  if (able) return "";
  return (
    "This browser is too old to run Python in a page. Chrome or Edge from version 137, Firefox from 131 and Safari " +
    "from 18.4 can do it; the chapter on Colab runs in any."
  );
}

/** Returns a promise that rejects when a signal says so. */
function aborted(signal) {
  return new Promise((_, reject) => {
    const give = () => reject(new DOMException("Loading Python was cancelled.", "AbortError"));
    if (signal?.aborted) give();
    signal?.addEventListener("abort", give, { once: true });
  });
}

/** Runs a script of the folder, which leaves what it brings in `globalThis.bookPython`. */
function script(url) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = url;
    element.onload = () => resolve(element.remove());
    element.onerror = () => reject(new Error(url));
    document.head.append(element);
  });
}

function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function missing(name, why) {
  return new Error(`Python could not be loaded: ${name} did not arrive (${why}). Check the connection and try again.`);
}

/** Fetches a file and reports each piece; resolves to its bytes. */
async function fetched(url, name, signal, cache, onpiece = () => {}) {
  let bytes = 0;
  try {
    const response = await fetch(url, { signal, cache });
    if (!response.ok) throw missing(name, `the server answers ${response.status}`);
    const counted = new TransformStream({
      transform(piece, controller) {
        bytes += piece.length;
        onpiece(piece.length);
        controller.enqueue(piece);
      },
    });
    return new Uint8Array(await new Response(response.body.pipeThrough(counted)).arrayBuffer());
  } catch (error) {
    onpiece(-bytes);
    if (error.name === "AbortError" || error.message.startsWith("Python could")) throw error;
    throw missing(name, "the connection broke or was refused");
  }
}

const isPacked = (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b; // gzip

/** Refuses bytes that are not those of the manifest. A page that is not served securely has no hashes, but lengths.
    Some servers declare the packing of a .gz as one of the way, and the browser takes it off. */
async function verify(name, bytes, expected) {
  const { length, sha256 } = isPacked(bytes) ? expected : expected.unpacked;
  let wrong = bytes.length !== length ? `${bytes.length} bytes instead of ${length}` : "";
  if (!wrong && globalThis.crypto?.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (found !== sha256) wrong = "its content is another one";
  }
  if (wrong)
    throw new Error(
      `Python could not be loaded: ${name} arrived incomplete or changed (${wrong}). ` +
        "Try again; if that does not help, reload the page.",
    );
}

/** Returns the unpacked content of bytes, as a response of a type. */
function unpacked(bytes, type) {
  const stream = new Blob([bytes]).stream();
  const plain = isPacked(bytes) ? stream.pipeThrough(new DecompressionStream("gzip")) : stream;
  return new Response(plain, { headers: { "Content-Type": type } });
}

/** Returns the files of a folder of files that lie one after the other: {path: bytes}. */
function parted(bytes, lengths) {
  const files = {};
  let at = 0;
  for (const [path, length] of lengths) {
    files[path] = bytes.slice(at, at + length);
    at += length;
  }
  return files;
}

/** Says for a reader how the interpreter broke down. */
function breakdown(what) {
  const deep = /call stack|recursion/i.test(what);
  const why = deep ? "calls went too deep: does a function call itself without end?" : `it says “${what}”.`;
  return new Error(
    `Python broke down: ${why} It has been started anew; run your earlier cells again. What you typed is still here.`,
  );
}

/** Returns an engine whose files lie in a folder. */
export function createEngine(folder = bookFolder) {
  const disk = location.protocol === "file:";
  const waiting = new Map(); // number of a question: {resolve, reject, posted}
  const listeners = new Set();
  let loaded; // {module, library, files, worker}: what a start needs
  let image; // the interpreter's memory after its first start
  let worker;
  let ready; // a promise: the interpreter can be asked
  let queue = Promise.resolve();
  let count = 0;
  let failures = 0;

  const urlOf = (name) => new URL(name, typeof folder === "function" ? folder() : folder).href;

  async function manifest(signal) {
    if (!disk) {
      const bytes = await fetched(urlOf("manifest.json"), "manifest.json", signal, "no-cache");
      return JSON.parse(new TextDecoder().decode(bytes));
    }
    await script(urlOf("manifest.js")).catch(() => Promise.reject(missing("manifest.js", "it is not in the folder")));
    return globalThis.bookPython.manifest;
  }

  /** Resolves to the packed bytes of a file, which are those of the manifest. */
  async function packed(name, expected, signal, onpiece) {
    let bytes;
    if (disk) {
      await script(urlOf(`${name}.js`)).catch(() => Promise.reject(missing(name, "it is not in the folder")));
      bytes = fromBase64(globalThis.bookPython.files[name] ?? "");
      delete globalThis.bookPython.files[name];
      onpiece(bytes.length);
    } else {
      // The hash in the address: a browser that keeps files takes no older ones. After a failure, none that it keeps.
      const url = urlOf(`${name}.gz?${expected.sha256.slice(0, 8)}`);
      bytes = await fetched(url, name, signal, failures ? "reload" : "default", onpiece);
    }
    await verify(name, bytes, expected);
    return bytes;
  }

  async function load(signal) {
    const { files: expected, book } = await manifest(signal);
    const total = Object.values(expected).reduce((sum, file) => sum + file.length, 0);
    let done = 0;
    const say = (what) => listeners.forEach((listener) => listener({ done: Math.min(done, total), total, what }));
    say("Loading Python");
    const bytes = {};
    await Promise.all(
      Object.keys(expected).map(async (name) => {
        bytes[name] = await packed(name, expected[name], signal, (length) => {
          done += length;
          say("Loading Python");
        });
      }),
    );
    say("Starting Python");
    const raw = async (name) => new Uint8Array(await unpacked(bytes[name], "").arrayBuffer());
    const [module, library, joined, code] = await Promise.all([
      WebAssembly.compileStreaming(unpacked(bytes[WASM], "application/wasm")),
      raw("library.zip"),
      raw("book.bin"),
      unpacked(bytes["worker.js"], "").text(),
    ]);
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    return { module, library, files: parted(joined, book), url };
  }

  /** Starts the interpreter in a new worker, from its kept memory if there is one. */
  function begin() {
    const { url, ...given } = loaded;
    const mine = new Worker(url);
    worker = mine;
    return new Promise((resolve, reject) => {
      mine.onerror = (event) => reject(new Error(`Python could not be started: ${event.message}`));
      mine.onmessage = ({ data }) => {
        if (mine !== worker) return; // what it said before it was ended
        if (data.ready) {
          image ??= data.image;
          resolve();
        } else if (data.answer) {
          waiting.get(data.number)?.resolve(data.answer);
        } else if (data.number === undefined) {
          const space = /memory/i.test(data.failed) ? " This device may have too little free memory." : "";
          reject(new Error(`Python could not be started: ${data.failed}.${space} Reload the page to try again.`));
        } else {
          anew();
          waiting.get(data.number)?.reject(breakdown(data.failed));
        }
      };
      mine.postMessage({ start: { ...given, image } });
    });
  }

  /** Lets the interpreter start anew. */
  function anew() {
    worker.terminate();
    ready = begin();
    ready.catch(() => {
      ready = undefined;
    });
  }

  /** Loads and starts Python.

      Args: onprogress, called with {done, total, what}: bytes, and what is being done; signal, an AbortSignal.
      Rejects with an Error whose message is for a reader; then it may be tried again. */
  async function start({ onprogress, signal } = {}) {
    if (onprogress) listeners.add(onprogress);
    try {
      if (lacks()) throw new Error(lacks());
      ready ??= (async () => {
        const stop = aborted(signal);
        stop.catch(() => {});
        loaded ??= await Promise.race([load(signal), stop]);
        await Promise.race([begin(), stop]);
      })();
      await ready;
    } catch (error) {
      failures += 1;
      worker?.terminate();
      ready = undefined;
      throw error;
    } finally {
      listeners.delete(onprogress);
    }
  }

  /** Asks the interpreter to run a cell, and ends it where it takes longer than its limit. */
  async function asked(request, limit) {
    const number = count++;
    const question = { number };
    const answer = new Promise((resolve, reject) => Object.assign(question, { resolve, reject }));
    waiting.set(number, question);
    let timer;
    try {
      await Promise.race([start(), answer]); // a stop may come before the start
      question.posted = true;
      worker.postMessage({ ask: { number, request } });
      if (limit) timer = setTimeout(() => end(`It was stopped after ${limit} seconds.`), 1000 * limit);
      return await answer;
    } finally {
      clearTimeout(timer);
      waiting.delete(number);
    }
  }

  function end(message) {
    const questions = [...waiting.values()];
    if (questions.some(({ posted }) => posted)) anew();
    for (const { reject } of questions) reject(new Stopped(`${message} Python has been started anew.`));
    return ready ?? Promise.resolve();
  }

  return {
    start,

    /** Runs a cell; cells wait for each other.

        Args: source; name, what errors call the cell; setup, a cell that this interpreter has to have run before;
        limit, in seconds, after which the run is stopped.
        Resolves to {outputs: [{kind: "text" | "html" | "error", text}], seconds, memory}, the bytes of the interpreter. */
    run(source, { name, setup, limit } = {}) {
      const result = queue.then(() => asked(JSON.stringify({ source, name, setup }), limit));
      queue = result.catch(() => {});
      return result;
    },

    /** Stops what runs, which rejects with `Stopped`; resolves when Python can be asked again. */
    stop: () => end("It was stopped."),
  };
}

/** Returns the folder of the book's Python, from any of its pages. */
function bookFolder() {
  const root = document.documentElement.dataset.content_root ?? "./";
  return new URL(`${root}_static/python/`, location.href);
}

export const engine = createEngine(bookFolder);
