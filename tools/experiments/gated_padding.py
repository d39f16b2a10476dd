"""What other padding does to networks that read it as words: an LSTM and a GRU, five seeds each.

They learn number agreement over 0 to 60 words as in gated_agreement, from sentences padded in front to one length. Then
each reads the same 500 sentences, with 20 words between subject and verb, with zeros in front and behind that it has or
has not seen in training. `python -m tools.experiments.gated_padding`
"""

import numpy as np

from dnnlib.datasets.sequences import agreement
from tools.experiments.gated_agreement import CELLS, LONGEST, SEEDS, SENTENCES, right, trained
from tools.experiments.record import record

BETWEEN = 20
PADDINGS = ((LONGEST - BETWEEN, 0), (0, 0), (100, 0), (LONGEST - BETWEEN, 1), (LONGEST - BETWEEN, 20), (0, 60))


def main():
    words, labels, _ = agreement(SENTENCES, BETWEEN, 1000 + BETWEEN)
    results = []
    for name in ("LSTM", "GRU"):
        cell, (rate,), epochs = CELLS[name]
        models = [trained(cell, rate, epochs, seed, masks=False) for seed in range(SEEDS)]
        for padding in PADDINGS:
            padded = np.pad(words, ((0, 0), padding))
            counts = [right(model, padded, labels) for model in models]
            results.append({"cell": name, "zeros in front and behind": padding, "right": counts})
            print(results[-1], flush=True)
    record({"runs": results, "words between": BETWEEN, "sentences": SENTENCES, "longest in training": LONGEST})


if __name__ == "__main__":
    main()
