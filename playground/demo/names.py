"""Invented names, in the scripts and with the accents a real directory holds."""

GIVEN = (
    *("Alice", "Amara", "Björn", "Carmen", "Chloé", "Dag", "Edith", "Élodie", "Farid", "Giulia", "Håkon", "Ines"),
    *("Jürgen", "Kaja", "Łucja", "Márton", "Noor", "Ólafur", "Priya", "Quentin", "Renée", "Søren", "Tomás", "Úna"),
    *("Viktória", "Wanjiru", "Xenia", "Yusuf", "Zoë", "Åsa", "Imani", "Käthe", "Leif", "Mirela", "Nuno", "Petra"),
)
FAMILY = (
    *("Aasen", "Bergström", "Castaño", "Dvořák", "Eriksdotter", "Fernandes", "Großmann", "Hämäläinen", "Ibáñez"),
    *("Jørgensen", "Kovács", "Lefèvre", "Müller", "Nowak", "O'Dwyer", "Pálsson", "Quist", "Rössler", "Šimek"),
    *("Tanaka-Reed", "Ulvestad", "van der Meer", "Weiß", "Yıldız", "Zieliński", "Brandt", "Chaudhari", "Mbeki-Lund"),
)
# Family name first, as they are written; the Latin form makes the address.
OTHER_SCRIPTS = (
    ("山本 さくら", "sakura.yamamoto"),
    ("小林 健太", "kenta.kobayashi"),
    ("渡辺 みどり", "midori.watanabe"),
    ("王 小雨", "xiaoyu.wang"),
    ("李 明哲", "mingzhe.li"),
    ("김 하늘", "haneul.kim"),
    ("Ирина Лебедева", "irina.lebedeva"),
    ("Павел Соколенко", "pavel.sokolenko"),
    ("Олена Гайова", "olena.haiova"),
    ("Νίκος Αλεξίου", "nikos.alexiou"),
    ("ليلى حداد", "layla.haddad"),
)
# What a display name can hold when nobody looked: every place that shows a name must keep it inert.
HOSTILE = ("<b>Eve</b> [x](http://evil.example)", "eve.markup")
# The same name in two customers: the desk must not take one for the other.
TWIN = "Maria Fernandes"
