"""What was published about ILSVRC and its networks: errors with their protocol, winners, data sets, detection."""

import json
from pathlib import Path

FILE = Path(__file__).with_name("architectures.json")  # a link to data/, so that it is installed with the package
PARTS = ("errors", "winners", "datasets", "imagenet", "person", "tracks")


def load_architectures(part):
    """Returns published numbers, each with its source.

    Args:
        part: "errors" (in % on ILSVRC-2012's validation images, each with "network", "protocol", "crops", "models",
            "top1" and "top5"), "winners" (of ILSVRC's classification, a year each: top-5 error in % on the test images,
            "outside" with other training data), "datasets" (images by part, classes, pixels), "imagenet" (the whole
            of it), "person" (mistakes of one trained annotator), "tracks" (detection, two methods side by side).

    Returns:
        A list of dicts, for "imagenet" and "person" one dict; the reader's own copy. What was not published is None.

    Raises:
        ValueError: If there is no such part.
    """
    if part not in PARTS:
        raise ValueError(f"part: expected one of {', '.join(PARTS)}, received {part!r}")
    return json.loads(FILE.read_text(encoding="utf-8"))[part]
