"""Words in which times are written: months and days of the week in nine languages, time zones by
their short names.
"""

import unicodedata

# English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Danish and Norwegian,
# without accents.
_MONTHS = (
    "january januar janner janvier enero janeiro gennaio januari",
    "february februar fevrier febrero fevereiro febbraio februari feber",
    "march marz mars marzo marco maart mrt marts",
    "april avril abril aprile",
    "may mai mayo maio maggio mei maj",
    "june juni juin junio junho giugno",
    "july juli juillet julio julho luglio",
    "august aout agosto augustus augusti",
    "september septembre septiembre setembro setiembre settembre",
    "october oktober octobre octubre outubro ottobre",
    "november novembre noviembre novembro",
    "december dezember decembre diciembre dezembro dicembre desember",
)
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag"
    " freitag samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes"
    " martes miercoles jueves viernes sabado domingo segunda terca quarta quinta sexta lunedi"
    " martedi mercoledi giovedi venerdi domenica maandag dinsdag woensdag donderdag vrijdag"
    " zaterdag zondag mandag tisdag tirsdag onsdag torsdag fredag lordag sondag"
).split()
_PARTS_OF_DAYS = ("feira",)
# Minutes east of Greenwich, of names that mean one zone only: not of CST, IST, BST or AST.
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60, "cet": 60, "cest": 120, "mez": 60,
    "mesz": 120, "eet": 120, "eest": 180, "msk": 180,
    "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "akst": -540, "akdt": -480, "hst": -600,
    "jst": 540, "kst": 540, "hkt": 480, "sgt": 480, "awst": 480, "acst": 570, "acdt": 630,
    "aest": 600, "aedt": 660, "nzst": 720,
    "nzdt": 780,
}  # fmt: skip
_SHORTEST_MONTH, _SHORTEST_DAY = 3, 2


def month_of(word: str) -> int | None:
    """Return the month that a word names, written out or cut, where it can be but one.

    Parameters
    ----------
    word : str
        In lower case.

    Returns
    -------
    int or None
        From 1.

    Examples
    --------
    >>> month_of("août"), month_of("mär"), month_of("sept"), month_of("jui")
    (8, 3, 9, None)
    """
    plain = _plain(word)
    numbers = [
        number
        for number, names in enumerate(_MONTHS, 1)
        if any(name.startswith(plain) for name in names.split())
    ]
    return numbers[0] if len(plain) >= _SHORTEST_MONTH and len(numbers) == 1 else None


def is_weekday(word: str) -> bool:
    """Whether a word names a day of the week, written out or cut.

    Examples
    --------
    >>> is_weekday("fri"), is_weekday("sábado"), is_weekday("about")
    (True, True, False)
    """
    first, _, rest = _plain(word).partition("-")
    return (
        len(first) >= _SHORTEST_DAY
        and any(name.startswith(first) for name in _WEEKDAYS)
        and (not rest or rest in _PARTS_OF_DAYS)
    )


def _plain(word: str) -> str:
    spread = unicodedata.normalize("NFKD", word.strip("."))
    return "".join(sign for sign in spread if not unicodedata.combining(sign)).replace("ø", "o")
