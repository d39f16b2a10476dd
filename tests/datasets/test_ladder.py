"""The cards say what the loaders return, and the page shows the cards."""

import importlib
import shutil

import numpy as np
import pytest
from PIL import Image

from dnnlib.datasets import cifar, fashion_mnist, ladder, mnist
from dnnlib.datasets.card import Card
from tests.datasets.test_cifar import archive, batch
from tests.datasets.test_mnist import CACHE

ALL = ladder.LADDER + ladder.SEQUENCES
ARGUMENTS = {  # of those that ask how many
    "shapes.load_shapes": {"examples": 9, "size": 8},
    "scenes.load_scenes": {"examples": 9, "size": 16},
    "digits_on_photographs.digits_on_photographs": {"part": "test", "number": 9},
    "sequences.agreement": {"examples": 9, "distance": 4, "seed": 0},
    "sequences.adding": {"examples": 9, "length": 6, "seed": 0},
}


def load(card, **arguments):
    module, name = card.loader.split(".")
    return getattr(importlib.import_module(f"dnnlib.datasets.{module}"), name)(**arguments)


def agrees(card, x):
    return len(x.shape[1:]) == len(card.shape) and all(
        said in (None, side) for said, side in zip(card.shape, x.shape[1:], strict=True)
    )


def test_every_module_with_a_load_function_of_data_has_its_card_on_the_ladder():
    known = {card.loader.split(".")[0] for card in ALL}
    files = {path.stem for path in (ladder.alice.FILE.parent).glob("*.py")} - {"__init__"}
    helpers = {"architectures", "card", "downloads", "drawing", "ladder", "results", "splits"}
    assert files - helpers == known and len({card.name for card in ALL}) == len(ALL)


@pytest.mark.parametrize("card", [c for c in ALL if c.loader in ARGUMENTS], ids=lambda card: card.name)
def test_what_is_generated_is_as_its_card_says(card):
    x, y, *_ = load(card, **ARGUMENTS[card.loader])
    assert card.comes == "generated" and not card.examples and len(x) == 9 and agrees(card, x)
    assert card.classes == 0 or (y.min() >= 0 and y.max() < card.classes)
    many = load(card, **{name: 4000 if value == 9 else value for name, value in ARGUMENTS[card.loader].items()})[1]
    assert card.classes == 0 or len(np.unique(many)) == card.classes


def test_what_is_bundled_is_as_its_card_says():
    digits, photographs, alice = [card for card in ALL if card.comes == "bundled"]
    x, y = load(digits)
    assert digits.examples == {"": len(x)} and agrees(digits, x) and len(np.unique(y)) == digits.classes
    pictures = load(photographs)
    assert photographs.examples == {"": len(pictures)} and agrees(photographs, pictures) and photographs.classes == 0
    assert alice.examples == {"characters": len(load(alice))}


@pytest.mark.parametrize("card", [mnist.CARD, fashion_mnist.CARD], ids=lambda card: card.name)
def test_what_is_downloaded_is_as_its_card_says(card, tmp_path, monkeypatch):
    stored = {"MNIST": "mnist.npz", "Fashion-MNIST": "fashion-mnist"}[card.name]
    source = CACHE / "datasets" / stored
    if not source.exists():
        pytest.skip(f"the real {card.name} is not at {source}: set BOOK_CACHE to a folder in Keras's layout")
    place = tmp_path / "datasets" / stored
    place.parent.mkdir()
    shutil.copytree(source, place) if source.is_dir() else shutil.copy(source, place)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    parts = dict(zip(card.examples, load(card), strict=True))
    for name, (x, y) in parts.items():
        assert len(x) == len(y) == card.examples[name] and agrees(card, x) and len(np.unique(y)) == card.classes
    size = sum(file.stat().st_size for file in [place, *place.rglob("*")] if file.is_file())
    assert round(size / 1e6) == card.megabytes


@pytest.mark.parametrize(("card", "names"), [(cifar.CARD, 6), (cifar.CARD_100, 2)], ids=["CIFAR-10", "CIFAR-100"])
def test_cifar_has_the_form_that_its_card_says(card, names, tmp_path, monkeypatch):
    folder = {10: "cifar-10-batches-py", 100: "cifar-100-python"}[card.classes]
    parts = {10: [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"], 100: ["train", "test"]}[card.classes]
    batches = {name: batch(1, labels=[0], fine_labels=[0]) for name in parts}
    digest = archive(tmp_path / "datasets" / f"{folder}-target_archive", folder, batches)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setitem(cifar.SHA256, card.classes, digest)
    loaded = load(card)
    assert len(parts) == names and len(loaded) == len(card.examples) and all(agrees(card, x) for x, _ in loaded)


def test_a_folder_of_ones_own_is_as_its_card_says(tmp_path):
    for i in range(6):
        (tmp_path / "abc"[i % 3]).mkdir(exist_ok=True)
        Image.fromarray(np.full((9, 9, 3), i, np.uint8)).save(tmp_path / "abc"[i % 3] / f"{i}.png")
    card = ladder.folders.CARD
    found = load(card, directory=tmp_path, image_size=7)
    assert agrees(card, found.training[0]) and card.classes is None and card.size() == "your files"


def test_a_card_has_words_for_everything_a_row_in_the_table_and_a_line_among_the_sources():
    rows, lines = ladder.table(ALL).replace("\xa0", " ").splitlines(), ladder.sources(ALL).splitlines()
    assert len(rows) == 2 + len(ALL) and len({row.count("|") for row in rows}) == 1
    for card, row, line in zip(ALL, rows[2:], lines, strict=True):
        assert all((card.licence, card.source, card.size(), card.form())) and card.comes in ladder.COMES
        assert (card.comes == "downloaded") == (card.megabytes > 0)
        assert row.startswith(f"| {card.name} | {card.size()} | {card.form()} |")
        module, function = card.loader.split(".")
        assert line == f"- **{card.name}**: `{function}` of `{module}`. {card.source}. Licence: {card.licence}."


def test_sizes_and_shapes_in_words():
    card = Card("A", "a.a", {"training": 60_000, "test": 10}, (28, None, 3), 10, "bundled", "MIT", "us")
    assert card.size() == "60,000 training, 10 test" and card.form() == "28 × any × 3"
