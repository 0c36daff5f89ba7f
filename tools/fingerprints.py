"""Give a model that is trained already the fingerprints of its training posts; nothing else of it
changes.

    C=../shared/corpus
    python tools/fingerprints.py models/givesell-en $C/labelled.jsonl.gz
    givesell/datasets/posts.jsonl $C/labelled_hard.jsonl.gz

The files must be those that its manifest names, by their SHA-256. `givesell train` records the
fingerprints by itself.
"""

import argparse
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

import givesell
from givesell.core.fingerprints import fingerprints_of
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request


def main() -> None:
    """Add the fingerprints, and check that the weights are what they were."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    model = givesell.load(options.model, mmap=False)
    posts = read_labelled(Request(options.files))
    recorded = [(entry["sha256"], entry["posts"]) for entry in model.info["training"]["files"]]
    given = [(entry["sha256"], entry["posts"]) for entry in posts.ledger]
    if recorded != given:
        raise SystemExit(
            f"{options.model} was trained on other files than these, or in another order"
        )
    weights = options.model / "weights.safetensors"
    before = load_file(weights)
    model.with_fingerprints(fingerprints_of(posts.posts)).save(options.model, overwrite=True)
    after = load_file(weights)
    keys = after.pop("fingerprints")
    before.pop("fingerprints", None)
    if before.keys() != after.keys() or not all(
        np.array_equal(before[name], after[name]) for name in before
    ):
        raise SystemExit(f"{options.model}: the weights have changed")
    print(
        f"{options.model}: {len(keys):,} fingerprints of {len(posts.posts):,} posts; the weights"
        " are what they were"
    )


if __name__ == "__main__":
    main()
