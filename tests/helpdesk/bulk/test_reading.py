"""However addresses are pasted, each is read once and nothing of the list is lost; too many are refused in words."""

import pytest

from helpdesk.bulk import MOST_LINES
from helpdesk.bulk.reading import LONGEST_TEXT, NoAddresses, TooManyLines, read_text
from helpdesk.platform.language import ENGLISH

A, B = "a@acme.example", "b@acme.example"


def addresses(text: str) -> list[str | None]:
    return [each.address for each in read_text(text).lines]


@pytest.mark.parametrize(
    "text",
    [
        f"{A}\n{B}",
        f"{A}\r\n\r\n  {B}  \r\n",
        f"{A}, {B}",
        f"{A};{B};",
        f"{A} {B}",
        f"{A}\t{B}",
        f'"Ruiz, Ana" <{A}>; Bo <{B}>',
        f"mailto:{A}\n<mailto:{B}?subject=x>",
        f"Ana {A.upper()}\nBo\u200b {B}",
        f"Ana;{A};active\nBo;{B};active",
    ],
)
def test_addresses_are_found_however_they_are_pasted(text: str) -> None:
    assert addresses(text) == [A, B]


def test_a_line_without_an_address_is_kept_as_one() -> None:
    lines = read_text(f"{A}\nnobody\nb@@acme.example\n{B}").lines
    assert [(each.number, each.text, each.address) for each in lines] == [
        (1, A, A),
        (2, "nobody", None),
        (3, "b@@acme.example", None),
        (4, B, B),
    ]


def test_one_address_more_behind_another_is_never_swallowed() -> None:
    assert addresses(f"{A}, evil@x.example") == [A, "evil@x.example"]
    assert addresses(f"{A}\x00evil@x.example\n{B}")[-1] == B


def test_what_is_kept_of_a_line_is_short() -> None:
    (first, _) = read_text(f"{'x' * 5_000}\n{A}").lines
    assert len(first.text) == LONGEST_TEXT


def test_five_thousand_addresses_are_refused_with_how_to_split_them() -> None:
    with pytest.raises(TooManyLines) as refused:
        read_text("\n".join(f"user{number}@acme.example" for number in range(5_000)))
    assert refused.value.advice
    assert ENGLISH(refused.value.advice) == "Split the list into 5 lists, and send them one after the other."


def test_as_many_as_go_at_once_are_read() -> None:
    assert len(read_text("\n".join(f"user{number}@acme.example" for number in range(MOST_LINES))).lines) == MOST_LINES


@pytest.mark.parametrize("text", ["", "  \n", "nobody\nnowhere", "@", "\x00"])
def test_a_list_without_any_address_is_refused(text: str) -> None:
    with pytest.raises(NoAddresses):
        read_text(text)
