"""The bot's own name is taken out of what was typed to it, wherever it stands; all else stays."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dispatch.mention import without_mention
from playground.identifiers import identifier, new_uuid

BOT = new_uuid()
ANA = new_uuid()
NAMES = ("Help Desk", "Help")


def spark(name: str, who: str = BOT, kind: str = "person") -> str:
    found = identifier("PEOPLE", who)
    return f'<spark-mention data-object-type="{kind}" data-object-id="{found}">{escape(name)}</spark-mention>'


def read(text: str, html: str = "", *, is_direct: bool = False, names: tuple[str, ...] = NAMES) -> str:
    return without_mention(text, html, BOT, names, is_direct=is_direct)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("{} pat@acme.example", "pat@acme.example"),
        ("{}, pat@acme.example", "pat@acme.example"),
        ("{}: pat@acme.example", "pat@acme.example"),
        ("{} - pat@acme.example", "pat@acme.example"),
        ("@{} pat@acme.example", "pat@acme.example"),
        ("  {}\npat@acme.example", "pat@acme.example"),
        ("pat@acme.example {}", "pat@acme.example"),
        ("pat@acme.example, {}", "pat@acme.example"),
        ("email {} pat@acme.example", "email pat@acme.example"),
        ("email {}, pat@acme.example", "email pat@acme.example"),
        ("{}", ""),
        ("{}?", "?"),
        ("{},", ""),
    ],
)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("has_html", [True, False])
def test_the_mention_goes_wherever_it_stands(text: str, left: str, name: str, has_html: bool) -> None:
    html = f"<p>{text.format(spark(name))}</p>" if has_html else ""
    assert read(text.format(name), html) == left


def test_every_mention_of_the_bot_goes() -> None:
    assert read("Help find Help acme", f"{spark('Help')} find {spark('Help')} acme") == "find acme"


@pytest.mark.parametrize(
    "text",
    ["Helpful", "helper@acme.example", "Unhelp", "help_desk2", "Help2", "Helpé"],
)
def test_the_name_within_a_longer_word_stays(text: str) -> None:
    assert read(text) == text


@pytest.mark.parametrize(
    "address", ["help@acme.example", "it.help@acme.example", "pat@help.example", "it-help@x.example"]
)
def test_the_name_within_an_address_stays(address: str) -> None:
    assert read(f"email {address} Help", f"<p>email {address} {spark('Help')}</p>") == f"email {address}"
    assert read(f"Help email {address}") == f"email {address}"
    assert read(f"email {address}") == f"email {address}"


def test_mentions_of_others_stay() -> None:
    assert read("Help find Ana", f"{spark('Help')} find {spark('Ana', ANA)}") == "find Ana"


EVERYONE = '<spark-mention data-object-type="groupMention" data-group-type="all">All</spark-mention>'


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("{all} {bot} whoami", "whoami"),
        ("{bot} {all} whoami", "whoami"),
        ("{all}, {bot}: whoami", "whoami"),
        ("{bot} whoami {all}", "whoami"),
        ("{all} whoami {bot}", "whoami"),
        ("{all} {bot}", ""),
        ("{bot} find all hands {all}", "find all hands"),
        ("{all} {bot} find all hands", "find all hands"),
        ("{bot} find help@acme.example help {all}", "find help@acme.example help"),
        ("help find pat {bot}", "help find pat"),
    ],
)
@pytest.mark.parametrize("at", ["", "@"])
@pytest.mark.parametrize("name", NAMES)
def test_a_mention_of_everyone_is_no_part_of_what_was_asked(words: str, left: str, name: str, at: str) -> None:
    text = words.format(all=f"{at}All", bot=name)
    html = f"<p>{words.format(all=EVERYONE, bot=spark(name))}</p>"
    assert read(text, html) == left


def test_who_mentions_everyone_and_says_all_by_hand_keeps_the_word() -> None:
    assert read("Help all", f"{spark('Help')} all") == "all"


def test_in_a_direct_conversation_only_a_real_mention_goes() -> None:
    assert read("help", is_direct=True) == "help"
    assert read("Help Desk acme", is_direct=True) == "Help Desk acme"
    assert read("Help acme", spark("Help") + " acme", is_direct=True) == "acme"


@pytest.mark.parametrize("name", ["Desk (EMEA)", "C++ Desk", "a.b", "[x]", "Desk $1", "Desk\\", "Ünï Désk", "ヘルプ"])
@pytest.mark.parametrize("has_html", [True, False])
def test_a_name_is_no_pattern(name: str, has_html: bool) -> None:
    assert read(f"{name} acme", f"{spark(name)} acme" if has_html else "", names=(name,)) == "acme"


def test_an_unescaped_dot_in_a_name_matches_nothing_else() -> None:
    assert read("axb acme", names=("a.b",)) == "axb acme"


def test_blanks_within_the_name_may_be_of_any_kind() -> None:
    assert read("Help\u00a0Desk acme", "<p>" + spark("Help Desk") + " acme</p>") == "acme"


@pytest.mark.parametrize("name", ["", " ", "\u00a0"])
def test_an_empty_name_takes_nothing_out(name: str) -> None:
    assert read("pat @ acme", f"{spark(name)} pat @ acme", names=(name,)) == "pat @ acme"


@pytest.mark.parametrize(
    "html",
    [
        f"<spark-mention data-object-type='person' data-object-id='{identifier('PEOPLE', BOT)}'>",
        f"<spark-mention data-object-type='person' data-object-id='{identifier('PEOPLE', BOT)}'/>",
        "<spark-mention>Help</spark-mention>",
        "<spark-mention data-object-type=person data-object-id>Help</spark-mention>",
        "<p><<<",
        "<![foo[Help]]>",
        "<!x",
        "<![",
        "<?",
        "&#xffffffff;",
        "</spark-mention>",
    ],
)
def test_malformed_html_leaves_the_names_to_go_by(html: str) -> None:
    assert read("Help acme", html) == "acme"


@given(st.text(), st.text("<>!?[]-/&#;= \"'ab", max_size=40), st.text(max_size=10), st.booleans())
def test_no_text_and_no_html_is_too_odd(text: str, html: str, name: str, is_direct: bool) -> None:
    left = read(text, html + spark(name) + html, is_direct=is_direct, names=(name, "Help"))
    assert len(left) <= len(text)


@given(st.text("abHelp @,\n", max_size=40))
def test_a_text_without_the_name_only_loses_the_blanks_around_it(text: str) -> None:
    if "help" not in text.lower():
        assert read(text) == text.strip()
