"""What penalties on weights and early stopping are worth in a network that overfits, and in one that hardly does.

dnnlib's network with 64 hidden units learns 200 digits with Adam for 60 epochs, with a fifth of the labels wrong, and
with right labels. The strength of each penalty is chosen on validation digits, with seeds that the comparison does not
use; validation labels have as many errors as those for training. `python -m tools.experiments.weight_penalties`
"""

import numpy as np

from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.adamw import AdamW
from dnnlib.regularizers.penalties import L1, L2
from dnnlib.training.callbacks import Callback, EarlyStopping
from dnnlib.training.sequential import Sequential
from tools.experiments.record import record
from tools.experiments.workflow import parts, right

SEEDS, CHOOSING, EXAMPLES, EPOCHS, RATE, PATIENCE = 15, range(100, 104), 200, 60, 0.01, 5
CANDIDATES = {
    "L2": [{"l2": s} for s in (1e-3, 3e-3, 1e-2, 3e-2)],
    "L1": [{"l1": s} for s in (3e-4, 1e-3, 3e-3, 1e-2)],
    "weight decay": [{"decay": s} for s in (0.1, 0.3, 1.0, 3.0)],
    "L1, thresholded": [{"threshold": s} for s in (0.03, 0.1, 0.3, 1.0)],
}


class SoftThreshold(Callback):
    """Moves every number of the kernels towards zero by the same amount after each step, and no farther than zero."""

    def __init__(self, amount):
        self.amount = amount

    def on_train_batch_end(self, batch, logs=None):
        """Applies the soft threshold."""
        for name, kernel in self.model.params.items():
            if name.endswith("kernel"):
                kernel[...] = np.sign(kernel) * np.maximum(np.abs(kernel) - self.amount, 0)


def network(seed, l1=0.0, l2=0.0, decay=None, biases=False):
    """Returns a network with one hidden layer, compiled; decoupled decay leaves the biases out."""
    penalty = L1(l1) if l1 else L2(l2) if l2 else None
    penalties = {"kernel_regularizer": penalty, "bias_regularizer": penalty if biases else None}
    model = Sequential([Dense(64, seed=2 * seed, **penalties), ReLU(), Dense(10, seed=2 * seed + 1, **penalties)])
    model.build((None, 64))
    optimizer = AdamW(RATE, decay) if decay else Adam(RATE)
    optimizer.exclude_from_weight_decay([value for name, value in model.params.items() if name.endswith("bias")])
    model.compile(optimizer, SparseCategoricalCrossentropy(from_logits=True))
    return model


def trained(train, validation, test, seed, stop=False, threshold=0.0, **penalties):
    """Trains with one recipe, and counts right answers and small weights."""
    model, callbacks = network(seed, **penalties), []
    if threshold:
        callbacks.append(SoftThreshold(RATE * threshold))
    if stop:
        callbacks.append(EarlyStopping(patience=PATIENCE, restore_best_weights=True))
    x, y = train[0][:EXAMPLES], train[1][:EXAMPLES]
    run = model.fit(x, y, 32, EPOCHS, 0, validation if stop else None, seed=seed, callbacks=callbacks)
    kernel = model.params["0/kernel"]
    return {
        "right": right(model, *test),
        "right_in_training": right(model, x, y),
        "epochs": len(run.epoch),
        "norm": round(float(np.linalg.norm(kernel)), 3),
        "zeros": int(np.sum(kernel == 0)),
        "below_0.001": int(np.sum(np.abs(kernel) < 1e-3)),
        "inputs_unused": int(np.sum(np.all(kernel == 0, axis=1))),
    }


def on_validation(options, wrong):
    """Counts right answers on validation digits."""
    digits = ((seed, *parts(seed, wrong)[:2]) for seed in CHOOSING)
    return sum(trained(train, check, check, seed, **options)["right"] for seed, train, check in digits)


def networks(wrong):
    """Trains each recipe on the same digits, from the same first weights and in the same order."""
    scores = {name: [on_validation(one, wrong) for one in options] for name, options in CANDIDATES.items()}
    chosen = {name: options[int(np.argmax(scores[name]))] for name, options in CANDIDATES.items()}
    print(scores, chosen, flush=True)
    recipes = {"none": {}} | chosen
    recipes |= {"L2, biases too": chosen["L2"] | {"biases": True}, "early stopping": {"stop": True}}
    recipes |= {"L2 and early stopping": chosen["L2"] | {"stop": True}}
    rows = []
    for seed in range(SEEDS):
        digits = parts(seed, wrong)
        rows += [{"recipe": name, "seed": seed} | trained(*digits, seed, **choice) for name, choice in recipes.items()]
        print(wrong, seed, [row["right"] for row in rows[-len(recipes) :]], flush=True)
    return {"wrong": wrong, "chosen": chosen, "validation": scores, "rows": rows}


def main():
    """Measures both kinds of labels and stores it."""
    about = {"examples": EXAMPLES, "epochs": EPOCHS, "rate": RATE, "patience": PATIENCE, "candidates": CANDIDATES}
    about |= {"of": len(parts(0, 0.0)[2][1]), "weights": 64 * 64, "inputs": 64}
    record(about | {"networks": [networks(wrong) for wrong in (0.2, 0.0)]})


if __name__ == "__main__":
    main()
