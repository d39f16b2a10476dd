"""Which layers travel? The first k convolutions of a backbone kept, the rest anew; and what goes wrong beside it.

`python -m tools.experiments.transfer_layers`

The experiment of Yosinski et al. (2014) in small. The target is digits with few labelled images; each seed draws them,
the weights of what is new, and an order, the same for all. The first k convolutions come from
  signs      the bundled backbone
  digits     a network that was trained on the same labelled digits before: what does the cut alone cost?
  untrained  random weights, another draw
and are kept frozen, or trained on with the rest. All are trained with Adam for as many steps at one rate, with a dense
layer that starts from zeros.

"rate" trains the whole backbone with a dense layer at rates up to far too large ones, with the dense layer trained
alone in the first half of the steps or not, and measures what is forgotten: nearest neighbours among pictures of signs,
by the features afterwards.
"leak" copies digits with small changes before the split and after it: what is fancied, and what is true. Runs that are
stored already are not repeated.
"""

import json
from functools import cache

import numpy as np

from dnnlib.evaluation.paired import paired_difference
from dnnlib.models.backbone import backbone
from dnnlib.widgets.draw_digit import counted, fitted, unblocked
from tools.experiments.record import RESULTS, START, record
from tools.experiments.transfer_labels import labelled, made, nearest, source
from tools.experiments.transfer_network import BATCH, DEPTH, STEPS, accuracy, fit, fresh, order, start, tail
from tools.glyphs import sample
from tools.train_digits import warped

SIZES, SEEDS, RATE = (5, 20), 5, 0.01  # the rate that was best from scratch in transfer_labels.py
SOURCES = ("signs", "digits", "untrained")
SIZE, RATES = 10, (0.0003, 0.001, 0.003, 0.01, 0.03)  # of "rate"
SIGNS, KNOWN_SIGNS = 3000, 2000  # pictures of signs, and how many of them are known
LEAK_SIZES, COPIES, SHARE = (2, 5, 10, 20), 10, 0.2  # digits a class, copies of each, share held out


def grown(base, kept, frozen, some, test, seed):
    """Trains on the labelled digits with the first `kept` convolutions from `base` and the rest anew.

    Returns:
        The accuracy on test digits.
    """
    new, scores = fresh(seed)
    model = tail(kept if frozen else 0, RATE, batch_statistics=True)
    start(model, new, scores)
    if not frozen:
        graft(model, base, kept)
    images = [made(base, kept, x) if frozen else x for x in (some[0], test[0])]
    fit(model, images[0], some[1], order(len(some[1]), seed))
    return accuracy(model, images[1], test[1])


def graft(model, base, kept):
    """Gives the first `kept` convolutions and their normalisation the weights of `base`."""
    for name in (f"{kind}{i}" for i in range(1, kept + 1) for kind in ("conv", "bn")):
        model.get_layer(name).set_weights(base.get_layer(name).get_weights())


def trained_on_target(some, seed):
    """Returns a backbone that was trained on the labelled digits, from weights and in an order of its own."""
    model = tail(0, RATE, batch_statistics=True)
    start(model, *fresh(1000 + seed))
    fit(model, *some, order(len(some[1]), 1000 + seed))
    base = backbone(weights=None)
    graft(base, model, DEPTH)
    return base


def layers_run(size, seed):
    """Returns accuracies of one seed: {source: {"frozen": [one for each k from 1 on], "trained on": ...}}."""
    some, test = labelled("digits", size, seed)
    bases = {"signs": source(), "digits": trained_on_target(some, seed), "untrained": fresh(1000 + seed)[0]}
    run = {"size": size, "seed": seed, "nothing kept": round(grown(None, 0, False, some, test, seed), 4)}
    for name, base in bases.items():
        kinds = {"frozen": True} if name == "untrained" else {"frozen": True, "trained on": False}
        run[name] = {kind: [round(grown(base, kept, frozen, some, test, seed), 4) for kept in range(1, DEPTH + 1)]
                     for kind, frozen in kinds.items()}  # fmt: skip
    print(run, flush=True)
    return run


@cache
def pictures_of_signs():
    """Returns pictures of signs that the backbone was not trained on."""
    return sample(SIGNS, seed=3)


def remembered(base):
    """Returns the share of pictures of signs whose sign the nearest known picture has, by a network's features."""
    x, y = pictures_of_signs()
    rows = made(base, DEPTH, x)
    return float(np.mean(nearest(rows[:KNOWN_SIGNS], y[:KNOWN_SIGNS], rows[KNOWN_SIGNS:]) == y[KNOWN_SIGNS:]))


def rate_run(seed):
    """Returns accuracies on digits, and on signs afterwards, for each rate and each start of the dense layer."""
    some, test = labelled("digits", SIZE, seed)
    seen, half = order(len(some[1]), seed), STEPS // 2
    zeros, scores = (fresh(seed, random_head=random)[1] for random in (False, True))
    head = tail(DEPTH, 0.01, False, half)
    start(head, source(), zeros)
    fit(head, made(source(), DEPTH, some[0]), some[1], seen[: half * BATCH])
    starts = {"dense layer first": (head.get_weights(), half), "all at once, from zeros": (zeros, STEPS),
              "all at once, from random weights": (scores, STEPS)}  # fmt: skip
    run = {"seed": seed, "dense layer alone": round(accuracy(head, made(source(), DEPTH, test[0]), test[1]), 4)}
    for name, (first, steps) in starts.items():
        run[name] = {"digits": [], "signs": []}
        for rate in RATES:
            model = tail(0, rate, False, steps)
            start(model, source(), first)
            fit(model, *some, seen[-steps * BATCH :])
            after = backbone(weights=None)
            graft(after, model, DEPTH)
            run[name]["digits"].append(round(accuracy(model, *test), 4))
            run[name]["signs"].append(round(remembered(after), 4))
    print(run, flush=True)
    return run


def copied(x, y, copies, rng):
    """Returns each digit `copies` times, bent and turned anew each time, its class, and its number."""
    number = np.repeat(np.arange(len(x)), copies)
    bitmaps = unblocked(np.rint(x[number, ..., 0] * 16).astype(int))
    images = np.array([counted(fitted(bitmap)) for bitmap in warped(bitmaps, rng)], np.float32) / 16
    return images[..., None], y[number], number


def leak_run(size, seed):
    """Returns held-out accuracies, copied before the split and after it, and the true ones on test digits.

    Classified are the images by the nearest pixels.
    """
    (x, y), (x_test, y_test) = labelled("digits", size, seed)
    rng = np.random.default_rng(seed)
    images, labels, number = copied(x, y, COPIES, rng)
    mixed = rng.permutation(len(labels)) < SHARE * len(labels)  # some copies of each digit on both sides
    apart = (rng.permutation(len(x)) < SHARE * len(x))[number]  # all copies of a digit on one side
    run = {"size": size, "seed": seed}
    for name, held in (("copied, then split", mixed), ("split, then copied", apart)):
        said = nearest(images[~held], labels[~held], images[held])
        true = nearest(images[~held], labels[~held], x_test)
        run[name] = {"held out": round(float(np.mean(said == labels[held])), 4),
                     "new digits": round(float(np.mean(true == y_test)), 4)}  # fmt: skip
    print(run, flush=True)
    return run


def differences(runs, pick):
    """Returns, for each size, the paired differences of the accuracies that `pick` takes out of a run."""
    return {str(size): [round(share, 4) for share in paired_difference(
        *np.transpose([pick(run) for run in runs if run["size"] == size]))[:3]]
        for size in sorted({run["size"] for run in runs})}  # fmt: skip


def compared(runs):
    """Returns the paired differences of every way to nothing kept, for each size and k."""
    return {
        f"{name}, {kind}": [
            differences(runs, lambda run, name=name, kind=kind, i=i: (run[name][kind][i], run["nothing kept"]))
            for i in range(DEPTH)
        ]
        for name in SOURCES
        for kind in runs[0][name]
    }


PLANS = {
    "leak": (leak_run, [(size, seed) for seed in range(SEEDS) for size in LEAK_SIZES]),
    "layers": (layers_run, [(size, seed) for seed in range(SEEDS) for size in SIZES]),
    "rate": (rate_run, [(seed,) for seed in range(SEEDS)]),
}


def main():
    """Measures what is not stored yet."""
    path = RESULTS / "transfer_layers.json"
    stored = json.loads(path.read_text()) if path.exists() else {"seconds": 0, "results": {}}
    results = {"steps": STEPS, "batch": BATCH, "rate of layers": RATE, "rates": list(RATES), "size of rate": SIZE,
               "copies": COPIES} | stored["results"]  # fmt: skip
    results.setdefault("signs before", round(remembered(source()), 4))
    for name, (measure, plan) in PLANS.items():
        runs = results.setdefault(name, [])
        for arguments in plan[len(runs) :]:
            runs.append(measure(*arguments))
            if name == "layers" and len(runs) >= 2 * len(SIZES):
                results["minus nothing kept"] = compared(runs)
            record(results, "transfer_layers", start=START - stored["seconds"])


if __name__ == "__main__":
    main()
