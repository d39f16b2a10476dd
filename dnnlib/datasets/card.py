"""What a data set is: its card, in one form for all of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """What one needs to know of a data set before one uses it.

    Attributes:
        name: Its name.
        loader: Where its load function stands below `dnnlib.datasets`, e.g. "mnist.load_mnist".
        examples: How many examples each part has, e.g. {"training": 60_000, "test": 10_000}, or {"": 1_797} of the only
            one; empty where the caller says how many.
        shape: The shape of one example, channels last, with None for a size that the caller chooses; () of a text.
        classes: How many classes it has, 0 if it has no labels, None if the caller's folders say it.
        comes: From where: "bundled", "generated", "downloaded" or "your own".
        megabytes: The size of the download, 0 if there is none.
        licence: Under which terms it may be used.
        source: Who made it, in Markdown, with a link where there is one.
    """

    name: str
    loader: str
    examples: dict
    shape: tuple
    classes: int | None
    comes: str
    licence: str
    source: str
    megabytes: int = 0

    def size(self):
        """Returns the number of examples in words: "60,000 training, 10,000 test"."""
        counts = ", ".join(f"{count:,} {part}".strip() for part, count in self.examples.items())
        return counts or ("your files" if self.comes == "your own" else "any number")

    def form(self):
        """Returns the shape of an example in words: "28 × 28 × 1"."""
        return " × ".join("any" if side is None else f"{side:,}" for side in self.shape) or "one text"
