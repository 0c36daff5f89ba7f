"""Cut the vocabulary of an encoder to the pieces that posts use.

    pip install -e .[teacher]
    python -m tools.vocabulary --work teacher-work --encoder mpnet     # two minutes

The pieces are counted in the unlabelled posts; single characters that occur, and those of ASCII,
are kept, so that hardly any word is unknown. A vector for each of 16,000 pieces is a fifth of the
artifact.
"""

import argparse
import random
from collections import Counter
from pathlib import Path

from givesell.labelled.unlabelled import posts_of
from givesell.text.pieces import INNER, SPECIAL, Pieces
from tools.rounds import CORPUS, UNLABELLED
from tools.teacher.encoders import ENCODERS, listed_pieces, vocabulary_file

SIZE, COUNTED = 16_000, 120_000  # pieces, and posts that they are counted in


def cut(listed: list[str], posts: list[str], size: int) -> list[str]:
    """Return the special pieces, then those that posts use most, in the order of ``listed``."""
    full = Pieces([*SPECIAL, *listed])
    counts: Counter[int] = Counter()
    for post in posts:
        counts.update(full.encode(post)[1:-1])
    by_count = [
        full.vocabulary[number] for number, _ in counts.most_common() if number >= len(SPECIAL)
    ]
    used = set(by_count)
    letters = [
        piece
        for piece in listed
        if len(piece.removeprefix(INNER)) == 1
        and (piece in used or piece.removeprefix(INNER).isascii())
    ]
    kept = set(letters)
    for piece in by_count:
        if len(kept) == size - len(SPECIAL):
            break
        kept.add(piece)
    return [*SPECIAL, *(piece for piece in listed if piece in kept)]


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--encoder", choices=ENCODERS, default="mpnet")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    encoder = ENCODERS[arguments.encoder]
    out = {*encoder.special, encoder.mask, *SPECIAL}
    listed = listed_pieces(encoder.folder(arguments.work))
    posts = list(posts_of(arguments.corpus / UNLABELLED)[0])
    random.Random(0).shuffle(posts)
    kept = cut([piece for piece in listed if piece not in out], posts[:COUNTED], SIZE)
    path = vocabulary_file(arguments.work, arguments.encoder)
    path.write_text("\n".join(kept), encoding="utf-8")
    print(f"{len(kept):,} pieces of {len(listed):,}: {path}")


if __name__ == "__main__":
    main()
