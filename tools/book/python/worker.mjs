/* The interpreter, in a worker of its own. In: one {start}, then {ask}s. Out: {ready}, {answer}s, {failed}.
   It is a WASI reactor: `_initialize()` once, then `turn(text)` executes Python, and its memory stays between turns. */
import { ConsoleStdout, Directory, File, OpenFile, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";

const PAGE = 65536; // bytes
const encoder = new TextEncoder();
let python; // its exports
let exchange; // the folder /tmp, where requests and answers lie

/** Returns the folder with the files of `paths`, {path: bytes}, each part of a path a folder. */
function folder(paths) {
  const top = new Map();
  for (const [path, bytes] of Object.entries(paths)) {
    const parts = path.split("/");
    let at = top;
    for (const part of parts.slice(0, -1)) {
      if (!at.has(part)) at.set(part, new Directory(new Map()));
      at = at.get(part).contents;
    }
    at.set(parts.at(-1), new File(bytes, { readonly: true }));
  }
  return top;
}

/** Executes a line of Python. */
function turn(source) {
  const bytes = encoder.encode(source);
  const at = python.host_alloc(bytes.length) >>> 0;
  new Uint8Array(python.memory.buffer).set(bytes, at); // after host_alloc, which may let the memory grow
  python.turn(at, bytes.length);
}

/** What the interpreter itself says beside all cells goes to the console: it is for maintainers. */
function printer() {
  return ConsoleStdout.lineBuffered((line) => console.warn(`Python: ${line}`));
}

async function start({ module, library, files, image }) {
  exchange = new Directory(new Map());
  const root = new Map([
    ["tmp", exchange],
    ["book", new Directory(folder(files))],
  ]);
  const standard = new Map([["python315.zip", new File(library, { readonly: true })]]);
  const descriptors = [
    new OpenFile(new File([])),
    printer(),
    printer(),
    new PreopenDirectory("/usr/local/lib", standard),
    new PreopenDirectory("/", root),
  ];
  const environment = ["HOME=/tmp", "TMPDIR=/tmp", "PYTHONTZPATH=", "PYTHONDONTWRITEBYTECODE=1"];
  const wasi = new WASI(["python"], environment, descriptors, { debug: false });
  // The host's own function, which the package offers to other embedders, has nothing to do here.
  const instance = await WebAssembly.instantiate(module, {
    wasi_snapshot_preview1: wasi.wasiImport,
    host: { call: () => -1 },
  });
  wasi.inst = instance;
  python = instance.exports;
  if (image) {
    python.memory.grow((image.byteLength - python.memory.buffer.byteLength) / PAGE);
    new Uint8Array(python.memory.buffer).set(new Uint8Array(image));
    return postMessage({ ready: true });
  }
  python._initialize();
  turn("import sys; sys.path.insert(0, '/book'); import page_python; page_python.start()");
  turn("page_python.preload('numpy', 'dnnlib.exercises.checker')");
  // The memory as it is now, from which the next start begins: between turns, all of Python's state lies in it.
  const kept = python.memory.buffer.slice(0);
  postMessage({ ready: true, image: kept }, [kept]);
}

function ask({ number, request }) {
  const began = performance.now();
  exchange.contents.delete("answer");
  exchange.contents.set("request", new File(encoder.encode(request)));
  turn(
    "with open('/tmp/request', encoding='utf-8') as asked, open('/tmp/answer', 'w', encoding='utf-8') as told:\n" +
      "    told.write(page_python.answer(asked.read()))\n",
  );
  const outputs = JSON.parse(new TextDecoder().decode(exchange.contents.get("answer").data));
  postMessage({ answer: { outputs, seconds: (performance.now() - began) / 1000 }, number });
}

self.onmessage = async ({ data }) => {
  try {
    if (data.start) await start(data.start);
    else ask(data.ask);
  } catch (error) {
    postMessage({ failed: `${error?.name}: ${error?.message}`, number: data.ask?.number });
  }
};
