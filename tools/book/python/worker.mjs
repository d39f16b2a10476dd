/* The interpreter in a worker of its own. In: one {start}, then {ask}s. Out: {ready}, {answer}s, {failed}. */
import { interpreter } from "./interpreter.mjs";

let python;

async function start(given) {
  python = await interpreter(given);
  if (given.image) return postMessage({ ready: true });
  // From this copy of its memory the next interpreter starts.
  const image = python.image();
  postMessage({ ready: true, image }, [image]);
}

function ask({ number, request }) {
  const began = performance.now();
  const outputs = JSON.parse(python.ask(request));
  const seconds = (performance.now() - began) / 1000;
  postMessage({ number, answer: { outputs, seconds, memory: python.exports.memory.buffer.byteLength } });
}

self.onmessage = async ({ data }) => {
  try {
    if (data.start) await start(data.start);
    else ask(data.ask);
  } catch (error) {
    postMessage({ number: data.ask?.number, failed: `${error?.name}: ${error?.message}` });
  }
};
