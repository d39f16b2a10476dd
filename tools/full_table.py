"""The table of what the training chapters gave in the full profile: data/full_profile.csv, and a page of the book."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

from tools.experiments.record import RESULTS
from tools.files import write_atomically
from tools.sources import ROOT

CSV = ROOT / "data" / "full_profile.csv"
FIELDS = ("chapter", "measured", "result", "seconds", "peak MB", "gpu", "seconds on it", "machine", "versions", "date")
SHARE, POINTS, PLAIN, WRONG = "share", "points", "plain", "share wrong"
# One number of each chapter: in what words, where in its results it stands, and what it counts.
MAIN = {
    "11_networks": ("right, 32 hidden units", "right, 32 hidden units", SHARE),
    "12_gradient_descent": ("right, SGD with momentum", "right, SGD with momentum in Keras", SHARE),
    "13_workflow": ("right, stopped early, a fifth of the labels wrong", "right, stopped early", SHARE),
    "22_why_convolution": ("right, moved by a pixel", "right, convolutional, moved by one", SHARE),
    "24_shift_invariance": ("right, moved by a pixel", "right, moved by one pixel", SHARE),
    "25_complete_cnn": ("right, the network with convolutions", "right, the network", SHARE),
    "26_learned_features": ("right, graded codes of patches", "right, triangle, still", SHARE),
    "32_activations": ("right, eight hidden layers of ReLU", "right, 8 hidden layers, ReLU", SHARE),
    "33_initialization": ("right, ten layers from He's rule", "ten layers from He's rule, five seeds", SHARE),
    "34_normalization": ("right, batch normalisation at a rate of 0.5", "rate 0.5, batch normalisation", SHARE),
    "35_weight_penalties": ("gain by early stopping", "gain over none, points/early stopping", POINTS),
    "36_dropout_and_augmentation": ("gain by gentle changes", "gentle changes: gain in points", POINTS),
    "41_backpropagation": ("right, all layers trained", "right, network B", SHARE),
    "42_cnn_backpropagation": ("right, convolutions in NumPy", "right on new digits, NumPy", SHARE),
    "43_recurrent_networks": ("right, new distances", "new distances, recurrent", SHARE),
    "44_gated_networks": ("right, agreement by an LSTM", "agreement, LSTM", SHARE),
    "51_pca": ("right, all axes", "right, all axes", SHARE),
    "52_kmeans": ("agreement with the classes, from 0 to 1", "agreement with the classes, one start", PLAIN),
    "53_tsne": ("neighbours kept, t-SNE less PCA", "neighbours kept, t-SNE less PCA", SHARE),
    "54_autoencoders": (
        "squared error of 2 numbers, network less PCA",
        "squared error, 2 numbers: network − PCA",
        PLAIN,
    ),
    "61_ilsvrc": ("top-1 error, crops and ensemble less one crop", "top-1, both − single crop, points", POINTS),
    "62_lenet_to_vgg": ("right, pictures as collected", "as collected/first", SHARE),
    "63_inception_densenet_senet": ("right, a dense block", "right, dense block", SHARE),
    "64_residual_networks": ("wrong, residual network of 26 layers", "residual, 26 layers/wrong in the test", WRONG),
    "71_transfer_learning": ("right, a head on MobileNet, 10 a class", "head on trained base, 10 a class", SHARE),
}


def results(folder=None):
    """Returns {chapter: (what was stored of it, the same of a GPU or None)} for all that ran in the full profile."""
    folder = Path(folder or RESULTS)
    read = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("full_*.json"))}
    stems = sorted({re.sub(r"^full_(gpu_)?", "", name) for name in read})
    return {stem: (read.get(f"full_{stem}"), read.get(f"full_gpu_{stem}")) for stem in stems}


def alone(told):
    """Returns the seconds of a run on a processor, as if nothing else had run there.

    Where the processor time is known and shorter than what the clock said, other work was in the way.
    """
    return min(told["seconds"], told.get("processor seconds", told["seconds"]))


def in_words(value, unit):
    """Returns a mean with its interval in words: "91.2 % (90.6 to 91.8 %)"."""
    if isinstance(value, str):
        return value
    mean, low, high = value[:3]
    if unit in (SHARE, WRONG):
        text = f"{mean:.1%} ({low:.1%} to {high:.1%})".replace("%", " %").replace(" % to", " to")
    else:
        text = f"{mean:.2f} ({low:.2f} to {high:.2f})" + (" points" if unit == POINTS else "")
    return text.replace("-", "−")


def rows(folder=None):
    """Returns one dict a chapter, with the keys `FIELDS`; of a chapter that was not run all but two are empty."""
    made, stored = [], results(folder)
    for stem in sorted(MAIN.keys() | stored.keys()):
        measured, place, unit = MAIN[stem]
        cpu, gpu = stored.get(stem, (None, None))
        told = cpu or gpu
        if told is None:
            made.append(dict.fromkeys(FIELDS, "") | {"chapter": stem, "measured": measured})
            continue
        value = told["results"]
        for key in place.split("/"):
            value = value[key]
        versions = ", ".join(f"{name} {number}" for name, number in told["versions"].items())
        cells = (stem, measured, in_words(value, unit), cpu and alone(cpu), told.get("peak MB"))
        cells += (gpu and gpu["gpu"], gpu and gpu["seconds"], told["machine"], versions, told["date"])
        made.append(dict(zip(FIELDS, ("" if cell is None else cell for cell in cells), strict=True)))
    return made


def as_csv(folder=None):
    """Returns the table as comma-separated values."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(folder))
    return text.getvalue()


def store():
    """Writes data/full_profile.csv."""
    write_atomically(CSV, as_csv())


def markdown(titles):
    """Returns the table of the page.

    Args:
        titles: {chapter: a link to it in Markdown}; one that the book lacks is called by its file.
    """
    lines = ["| chapter | measured | result | minutes on a CPU | on a GPU | memory, GB |", "|---|---|---|--:|--:|--:|"]
    for row in rows():
        cpu, gpu = (f"{seconds / 60:.1f}" if seconds else "–" for seconds in (row["seconds"], row["seconds on it"]))
        memory = f"{row['peak MB'] / 1000:.1f}" if row["peak MB"] else "–"
        title, result = titles.get(row["chapter"], row["chapter"]), row["result"] or "not run yet"
        result = result.replace(" ", "\xa0").replace("\xa0(", " (")  # a line may end before the interval alone
        cells = (title, row["measured"], result, cpu, gpu, memory)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def days():
    """Returns when the chapters ran, in words: "on 26 Nov 2026", or "from 20 Nov 2026 to 26 Nov 2026"."""
    told = sorted({row["date"] for row in rows() if row["date"]})
    first, last = (f"{day.day} {day:%b} {day.year}" for day in map(date.fromisoformat, (told[0], told[-1])))
    return f"on {last}" if first == last else f"from {first} to {last}"


def machines():
    """Returns what the chapters ran on, in words, the most usual first."""
    told = [f"{row['machine']} ({row['versions']})" for row in rows() if row["machine"]]
    return sorted(set(told), key=told.count, reverse=True)


if __name__ == "__main__":
    store()
