"""The reader's own pictures: a folder with one subfolder for each class."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dnnlib.datasets.card import Card
from dnnlib.datasets.photographs import pillow
from dnnlib.validation import check_integer, check_integers, check_number

ENDINGS = {".jpg", ".jpeg", ".jfif", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff"}
CHANNELS = {"rgb": 3, "grayscale": 1}
CARD = Card(
    name="A folder of your own",
    loader="folders.load_folder",
    examples={},
    shape=(None, None, 3),
    classes=None,
    comes="your own",
    licence="that of your pictures",
    source="Yours; nothing leaves your machine",
)


@dataclass(frozen=True, eq=False)
class Folder:
    """What `load_folder` found.

    Attributes:
        training: Images of shape (N, height, width, channels) and labels of shape (N,), int64.
        validation: The others, in the same form.
        classes: The subfolders' names; a label is a place in them.
        files: The files read as pairs of lists: those of training and those of validation, in order.
        skipped: Pairs (file, why) of what was left out.
    """

    training: tuple
    validation: tuple
    classes: tuple
    files: tuple
    skipped: tuple

    def __repr__(self):
        parts = f"{len(self.training[1])} images to train on and {len(self.validation[1])} to validate"
        lines = [f"{parts}, {self.training[0].shape[1:]}, classes {', '.join(self.classes)}"]
        return "\n".join([*lines, *(f"  left out: {file.name}: {why}" for file, why in self.skipped)])


def load_folder(
    directory,
    image_size=(224, 224),
    color_mode="rgb",
    pad_to_aspect_ratio=False,
    validation_split=0.2,
    seed=0,
    dtype="float32",
    strict=False,
):
    """Loads the pictures in a folder's subfolders, one for each class, and splits them by file.

    A picture is turned as its camera says and keeps its proportions. What is transparent becomes white. Files that
    hold the same bytes count once, since a copy in each part would let the judge meet what was learned.

    Args:
        directory: The folder.
        image_size: (height, width) that pictures are brought to, or one number for both.
        color_mode: "rgb" or "grayscale", as in Keras's `image_dataset_from_directory`.
        pad_to_aspect_ratio: Whether the whole picture stays, with black bars beside it. By default its middle is cut
            out.
        validation_split: Share of each class's files that is set apart.
        seed: A whole number; the same seed gives the same split.
        dtype: "float32" for values in [0, 1], "uint8" for values in [0, 255], a quarter of the memory.
        strict: Whether the first file that can't be used is an error, instead of being left out and listed.

    Returns:
        A `Folder`, with `training` and `validation`, `classes`, `files` and `skipped`.

    Raises:
        FileNotFoundError: If there is no such folder.
        NotADirectoryError: If it is a file.
        ValueError: If it has fewer than two subfolders with pictures, a class has fewer than two usable ones, an
            argument is another one, or, where `strict`, a file can't be used.
        ImportError: If Pillow is missing.

    Source: the reader.
    """
    size = check_integers(image_size, 2, "image_size")
    if color_mode not in CHANNELS or dtype not in ("float32", "uint8"):
        raise ValueError(
            f'color_mode, dtype: expected "rgb" or "grayscale", and "float32" or "uint8"; received {color_mode!r}, '
            f"{dtype!r}"
        )
    check_number(validation_split, "validation_split", "a number between 0 and 1", lambda share: 0 < share < 1)
    rng = np.random.default_rng(check_integer(seed, "seed", 0))
    found, skipped = _files(Path(directory).expanduser())
    images, labels, files, seen = [], [], [], {}
    for place, name in enumerate(found):
        for file in found[name]:
            why, pixels = _read(file, size, color_mode, pad_to_aspect_ratio, seen)
            if why:
                skipped.append((file, why))
            else:
                images.append(pixels)
                labels.append(place)
                files.append(file)
    if strict and skipped:
        raise ValueError("{}: {}; mend it, or take it away".format(*skipped[0]))
    labels = np.array(labels, np.int64)
    _enough(found, labels, skipped)
    chosen = _split(labels, validation_split, rng)
    parts = [(_array([images[i] for i in part], dtype), labels[part]) for part in chosen]
    return Folder(*parts, tuple(found), tuple([files[i] for i in part] for part in chosen), tuple(skipped))


def _files(directory):
    """Returns {class: its files}, and what stands beside the classes' folders."""
    if not directory.exists():
        raise FileNotFoundError(f"directory: expected a folder with a subfolder for each class, found no {directory}")
    if not directory.is_dir():
        raise NotADirectoryError(f"directory: expected a folder with a subfolder for each class, {directory} is a file")
    inside = sorted(path for path in directory.iterdir() if not path.name.startswith((".", "__")))
    found = {path.name: _visible(path) for path in inside if path.is_dir()}
    if len(found) < 2:
        names = f"only {next(iter(found))!r}" if found else "none"
        raise ValueError(f"{directory}: expected two or more subfolders, one for each class, found {names}")
    return found, [(path, "stands in no class's folder") for path in inside if not path.is_dir()]


def _visible(folder):
    """Returns all files below a folder, but for those that systems keep there unseen."""
    inside = ((path, path.relative_to(folder).parts) for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path, parts in inside if not any(part.startswith(".") or part == "Thumbs.db" for part in parts)]


def _read(file, size, color_mode, pad, seen):
    """Returns why a file was left out, or "", and its pixels."""
    if file.suffix.lower() in (".heic", ".heif"):
        return "Pillow does not read HEIC: save it as JPEG or PNG", None
    if file.suffix.lower() not in ENDINGS:
        return f"is no picture's type: {file.suffix or 'no ending'}", None
    key = hashlib.sha256(file.read_bytes()).digest()
    if key in seen:
        return f"a copy of {seen[key].parent.name}/{seen[key].name}", None
    seen[key] = file
    try:
        return "", _pixels(file, size, color_mode, pad)
    except (OSError, SyntaxError, ValueError, pillow().DecompressionBombError) as error:
        return f"can't be read: {error}", None


def _pixels(file, size, color_mode, pad):
    from PIL import ImageOps

    Image = pillow()
    height, width = size
    with Image.open(file) as image:
        image.draft(None, (2 * max(size), 2 * max(size)))  # a large JPEG is decoded at a smaller scale
        image = ImageOps.exif_transpose(image)
        if image.mode.startswith(("I", "F")):
            image = _of_eight_bits(image)
        if "A" in image.mode or "transparency" in image.info:
            image = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        image = image.convert("RGB" if color_mode == "rgb" else "L")
        fit = ImageOps.pad if pad else ImageOps.fit
        image = fit(image, (width, height), Image.Resampling.BILINEAR)
    return np.asarray(image).reshape(height, width, CHANNELS[color_mode])


def _of_eight_bits(image):
    """Pillow would cut off what is above 255."""
    numbers = np.asarray(image, "float64")
    top = 65535 if numbers.max() > 255 else 255
    return pillow().fromarray(np.uint8(np.clip(np.round(numbers * (255 / top)), 0, 255)))


def _enough(found, labels, skipped):
    counts = np.bincount(labels, minlength=len(found))
    for name, count in zip(found, counts, strict=True):
        if count < 2:
            lost = [f"{file.name} {why}" for file, why in skipped if name in file.parts]
            because = f"; left out: {'; '.join(lost[:3])}" if lost else ""
            raise ValueError(
                f"class {name!r}: expected two usable pictures or more, one to train on and one to validate, "
                f"found {count}{because}"
            )


def _split(labels, share, rng):
    training, validation = [], []
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        cut = min(max(1, round(share * len(members))), len(members) - 1)
        validation.append(members[:cut])
        training.append(members[cut:])
    return [rng.permutation(np.concatenate(part)) for part in (training, validation)]


def _array(images, dtype):
    stacked = np.stack(images)
    return stacked / np.float32(255) if dtype == "float32" else stacked
