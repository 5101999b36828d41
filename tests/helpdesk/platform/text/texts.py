"""What people paste: addresses, what surrounds them, and names of many scripts."""

from hypothesis import strategies as st

_LABEL = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,10}[A-Za-z0-9])?", fullmatch=True)
_LOCAL = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9!#$%&*+/=?^_{|}~.-]{0,15}[A-Za-z0-9])?", fullmatch=True)
ADDRESSES = st.builds(
    lambda local, domain: f"{local}@{'.'.join(domain)}",
    _LOCAL.filter(lambda local: ".." not in local),
    st.lists(_LABEL, min_size=2, max_size=3),
)

WRAPPED = [
    "{}",
    "  {}\t\r\n",
    "<{}>",
    "mailto:{}",
    "MAILTO:{}?subject=Hello%20there",
    "<mailto:{}>",
    "Pat Lindqvist <{}>",
    '"Lindqvist, Pat" <{}>;',
    "“{}”",
    "‘{}’",
    "«\u00a0{}\u00a0»",
    "„{}“",
    "'{}'",
    "({})",
    "[{}]",
    "`{}`",
    "**{}**",
    "{}.",
    "{},",
    "{};",
    "{}:",
    "{}!",
    "{}?",
    "({}).",
    "{}\u2026",
    "\u200b{}\u200b",
    "\ufeff{}",
    "\u202a{}\u202c",
    "\u2066{}\u2069",
    "\u00a0{}\u00a0",
    "\u3000{}\u3000",
]

# The name as it is stored, and ways people type it.
SPELLINGS = [
    ("Zoë O'Brien", ["zoe", "ZOË", "obrien", "O’Brien", "o'brien zoe", "O´Brien", "O＇Brien", "zoë  o`brien"]),
    ("Jürgen Großmann", ["jurgen", "JÜRGEN", "grossmann", "GROSSMANN", "Großmann, Jürgen", "groß", "Ju\u0308rgen"]),
    ("Ingeborg Ås", ["as", "Ås", "ås ingeborg", "A\u030as"]),
    ("Søren Jørgensen", ["soren", "SØREN", "jorgensen soren", "Jørg"]),
    ("Hämäläinen Æsa Œuf", ["hamalainen", "aesa", "æsa", "oeuf"]),
    ("Łucja Zieliński", ["lucja", "ŁUCJA", "zielinski", "Zieliński Łucja"]),
    ("İrem Yıldız", ["irem", "IREM", "İREM", "yildiz", "YILDIZ", "yıldız"]),
    ("Guðrún Þórsdóttir", ["gudrun", "thorsdottir", "Þórs"]),
    ("Tanaka-Reed Ana-Lucía", ["tanaka", "reed", "tanaka-reed", "ana lucia", "lucía tanaka"]),
    ("山本 さくら", ["山本", "さくら", "さくら 山本", "山"]),
    ("김 하늘", ["김", "하늘", "하"]),
    ("Ирина Лебедева", ["ирина", "ЛЕБЕДЕВА", "лебед"]),
    ("Νίκος Αλεξίου", ["νικος", "ΝΙΚΟΣ", "αλεξίου", "νίκος"]),
    ("ليلى حداد", ["ليلى", "حداد"]),
    ("Ｗｉｄｅ Letters", ["wide", "ＷＩＤＥ", "letters"]),
    ("Ann\u200ba Ma\u00adria", ["anna", "maria", "Ann\u200ba Ma\u00adria"]),
]
