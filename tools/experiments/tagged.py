"""Two networks read digits on photographs; in the training pictures of one, every seven carries a tag.

In the control's pictures the tag is as frequent, and says nothing. Each is judged on held-out digits and pieces of the
photographs: as collected (tag on the sevens), without tags, and with a tag on every picture. Then each picture is
covered piece by piece, and noted is whether the probability of the answer falls most where the digit or where the tag
is. `python -m tools.experiments.tagged`; the first seed's weights go to dnnlib/models/tagged_cnn.npz.
"""

import keras
import numpy as np

from dnnlib.datasets.digits_on_photographs import TAG, TAGGED, digits_on_photographs
from dnnlib.evaluation.occlusion import occlusion_map
from dnnlib.models.tagged_cnn import WEIGHTS, tagged_cnn
from tools.experiments.record import record

SEEDS, NUMBER, EPOCHS, BATCH, TEST, COVERED = 3, 4000, 12, 64, 2000, 100
SIZE, STRIDE = 8, 4


def trained(tags, seed, number=NUMBER, epochs=EPOCHS):
    """Returns a network, trained on pictures that are tagged in this way."""
    keras.utils.set_random_seed(seed)
    x, y, _ = digits_on_photographs("training", number, tags, seed)
    model = tagged_cnn()
    rate = keras.optimizers.schedules.CosineDecay(3e-3, epochs * -(-number // BATCH))
    model.compile(keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, y, BATCH, epochs, verbose=0)
    return model


def scores(model, x):
    """Returns the scores of the ten digits, (number, 10)."""
    return keras.ops.convert_to_numpy(model.predict_on_batch(x))


def answers(model, tags):
    """Counts right answers, and how often a seven and another digit is called a seven."""
    x, y, _ = digits_on_photographs("test", TEST, tags)
    said = np.concatenate([scores(model, part).argmax(axis=1) for part in np.split(x, 4)])
    seven = y == TAGGED
    return {
        "right": int(np.sum(said == y)),
        "of": TEST,
        "sevens": int(seven.sum()),
        "sevens_right": int(np.sum(said[seven] == TAGGED)),
        "others_called_seven": int(np.sum(said[~seven] == TAGGED)),
    }


def covered(model):
    """Counts where the largest drop of a tagged seven's map has its centre, of those called sevens."""
    x, y, corners = digits_on_photographs("test", 12 * COVERED, "sevens", seed=1)
    counts = {"of": 0, "digit": 0, "tag": 0}
    for image, (row, column) in zip(x[y == TAGGED][:COVERED], corners[y == TAGGED][:COVERED], strict=True):
        if scores(model, image[None]).argmax() != TAGGED:
            continue

        def seven(images):
            return keras.ops.convert_to_numpy(keras.ops.softmax(scores(model, images)))[:, TAGGED]

        drops = occlusion_map(seven, image, SIZE, STRIDE)
        centre = np.array(np.unravel_index(drops.argmax(), drops.shape)) * STRIDE + SIZE // 2
        counts["of"] += 1
        counts["digit"] += bool(np.all((centre >= (row, column)) & (centre < (row + 16, column + 16))))
        counts["tag"] += bool(np.all(centre >= (TAG[0].start - SIZE // 2, TAG[1].start - SIZE // 2)))
    return counts


def main():
    rows, kept = [], {}
    for seed in range(SEEDS):
        for tags in ("sevens", "any"):
            model = trained(tags, seed)
            rows.append(
                {"seed": seed, "tags": tags, "covered": covered(model)}
                | {f"test_{kind}": answers(model, kind) for kind in ("sevens", "none", "all")}
            )
            print(rows[-1], flush=True)
            if seed == 0:
                names = [f"{tags}/{weight.path}" for weight in model.trainable_weights]
                kept |= dict(zip(names, (weight.astype("float16") for weight in model.get_weights()), strict=True))
    np.savez_compressed(WEIGHTS, **kept)
    record({"training": NUMBER, "epochs": EPOCHS, "size": SIZE, "stride": STRIDE, "rows": rows})


if __name__ == "__main__":
    main()
