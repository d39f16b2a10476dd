// A player over a network that trains in an explorable: the trait `steps` says how far it is.

import { player } from "./player.mjs";
import { put } from "./ui.mjs";

/**
 * The player: session() gives what trains now, { step(), steps() }; draw() draws it at once; cleared are traits that
 * Reset sets beside the steps. Other options are those of player().
 */
export function trainingPlayer({ model, session, draw, cleared = {}, ...options }) {
  const runner = player({
    label: "Training",
    ...options,
    onStep: () => session().step(),
    onFrame() {
      model.set("steps", session().steps());
      if (!runner.playing()) model.save_changes(); // while it plays the kernel would get every frame
      draw();
    },
    onReset: () => put(model, { ...cleared, steps: 0 }),
    onPause() {
      model.save_changes();
      draw();
    },
  });
  return runner;
}
