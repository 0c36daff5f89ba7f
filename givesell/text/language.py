"""Whether a post looks other than English: letters of other scripts, or function words of other languages.

A post is called foreign only on positive evidence, so that short posts, lists and product names never are:

- at least three words, and more than half of them, hold letters of another script; or
- at least six words, of which at least three, a sixth, and twice the number of English function words, are function
  words of one of some twenty languages written in Latin letters.

Of 18,602 posts labelled as English none is called foreign, and of 211,734 unlabelled ones eight, all of them in another
language (a test guards the first).
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.text.compiled import compiled
from givesell.text.fold import fold
from givesell.text.wordset import hash_set

ENGLISH, FOREIGN = 1, 2
FEWEST_WORDS = 6
FEWEST_HITS = 3
_FILTER_BITS = 1 << 13

_ENGLISH = """
the and you that was for are with his they this have from or had by not but what all were when your can said there use
an each which she do how their if will up other about out many then them these so some her would make like him into time
has look two more write go see no way could people my than first been call who its now find long down day did get come
made may part i i'm i've it's don't can't won't that's you're we're they're he's she's isn't didn't just our us we me of
to in is it on as at be he a out why where because any every off very too here over after only also back still well even
want thanks thank please today new good best great know think need help love really got us been being am does doing
"""
# Frequent words that are no English words; accents are folded away, as in posts.
_OTHERS = """
que los las una uno por para pero como esta este muy tambien porque cuando donde sobre desde hasta ser del sus mas ya yo
ella nosotros eso esa hay tiene todo todos nada gracias hoy estoy
le les des une est et dans pour qui sur avec pas plus vous nous mais ou cette ces sont aux tres bien je il elle aussi etre
avoir tout fait merci c'est j'ai d'un d'une qu'il leur leurs votre notre chez sans
der das und ist ich nicht ein eine mit auf fur dem den von zu sie sich auch wir ihr sind wird bei nach wie oder wenn noch
nur aber einen einem einer zum zur uber mehr haben werden danke kein
nao uma com mais dos das seu sua isso muito quando voce ele ela foi sao tem pela pelo ate depois obrigado obrigada
che di il gli della delle per non sono questo questa anche piu alla nel nella dei degli dal dalla cosa grazie ho perche
het een van niet dat zijn ook aan voor met deze maar er hebben wordt worden naar bij ik jij wij hun mijn geen nog wel
och att som det av inte jag har med till ett den men om sa vi nar blir eller mycket tack
og det som ikke jeg har til et av vi pa sa kan ble vaere eller meget tak mange
ja ei se on mutta kun niin joka han olen ovat myos kuin mita minun sina kiitos
yang dan di ini itu dengan untuk tidak dari akan pada juga saya kamu kita ada bisa sudah lebih karena atau kalau banyak
ang ng mga sa ay na at ko mo ito siya kami ako ka naman lang po hindi kung para yung
bir ve bu icin ile de da cok ama daha gibi olarak sonra var yok ben sen biz ne kadar her degil
nie sie jest w z na ze do jak ale przez dla tym juz tylko od oraz czy moze bardzo byc dziekuje
si nu cu pe la din este sunt mai care pentru dar sau fost foarte prin acest
je se da na su za ali sam bio nije kako sto koji kao ako samo ili jos
a az es hogy nem egy van meg csak mint ez is de volt meg mar vagy
"""


# English words, and particles of names and places that English posts hold.
_AMBIGUOUS = """
a an am as at be bin bio by dal dan das de dei del den der des die do el era es fur ha hat he her ho ik in is it ja jos la
las le les los man men me mi na no ne od on over par pas per plus po sa sam sans se ski so son sou sur tag te to un van
via von y yo za ze
"""


@cache
def function_words() -> NDArray[np.uint64]:
    """Return the table of English and other function words, as `givesell.text.wordset.lookup` reads it."""
    english = {fold(word) for word in _ENGLISH.split()}
    others = {fold(word) for word in _OTHERS.split()} - english - set(_AMBIGUOUS.split())
    return hash_set({ENGLISH: sorted(english), FOREIGN: sorted(word for word in others if len(word) > 1)})


@cache
def foreign_filter() -> NDArray[np.uint64]:
    """Return a bit set that holds each foreign function word, and some other words by chance, for `may_be_foreign`."""
    bits = np.zeros(_FILTER_BITS // 64, np.uint64)
    for key, flags in function_words():
        if flags == FOREIGN:
            bits[int(key) >> 6 & _FILTER_BITS // 64 - 1] |= np.uint64(1 << (int(key) & 63))
    bits.setflags(write=False)
    return bits


@compiled
def may_be_foreign(bits: Any, key: Any) -> Any:
    """Return 0 for a word that is surely no foreign function word, else 1; cheaper than looking it up."""
    return np.int64(bits[(key >> np.uint64(6)) & np.uint64(_FILTER_BITS // 64 - 1)] >> (key & np.uint64(63)) & np.uint64(1))


@compiled
def looks_foreign(words: Any, foreign_script: Any, english: Any, others: Any) -> Any:
    """Whether a post looks other than English.

    Parameters
    ----------
    words : int
        Its words.
    foreign_script : int
        Those that hold letters of another script.
    english, others : int
        Those that are English function words, or function words of another language.

    Returns
    -------
    bool
    """
    if foreign_script >= FEWEST_HITS and 2 * foreign_script > words:
        return True
    return words >= FEWEST_WORDS and others >= FEWEST_HITS and others > 2 * english and 6 * others >= words
