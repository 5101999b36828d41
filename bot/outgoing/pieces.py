"""Cutting what is said into pieces that Webex takes; nothing is left out."""

# Webex counts bytes of UTF-8, for `text` and for `markdown` alike.
LONGEST_TEXT = 7_439


def split_text(text: str, longest: int = LONGEST_TEXT) -> list[str]:
    """`text` in pieces of at most `longest` bytes: cut at line ends, else at blanks, else between characters.

    The pieces, joined, are `text` but for the line end or blank at each cut; none is empty.
    """
    pieces: list[str] = []
    rest = text
    while len(rest.encode()) > longest:
        head = rest.encode()[:longest].decode(errors="ignore")
        # One letter further: a line that just fits ends right behind the head.
        cut = rest.rfind("\n", 1, len(head) + 1)
        if cut < 0:
            cut = rest.rfind(" ", 1, len(head) + 1)
        if cut < 0:
            pieces.append(head)
            rest = rest[len(head) :]
        else:
            pieces.append(rest[:cut])
            rest = rest[cut + 1 :]
    return [piece for piece in [*pieces, rest] if piece.strip()]
