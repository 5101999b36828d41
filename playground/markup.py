"""Webex markdown to HTML, and HTML to the plain words a client without rich text shows.

A small part of what Webex understands: emphasis, code, links, lists, headings, mentions. Whatever
people typed is escaped, so no markup of theirs reaches a page.
"""

import html
import re
from collections.abc import Callable

Mention = Callable[[str, str | None], str | None]
"""From what is mentioned (address or id) and the name to show, to its HTML; None leaves it as typed."""

_ATOM = re.compile(
    r"<@(?:personEmail|personId):(?P<who>[^|>\s]+)(?:\|(?P<name>[^>]*))?>"
    r"|<@(?P<group>all)(?:\|(?P<called>[^>]*))?>"
    r"|`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<url>https?://[^\s)]+|mailto:[^\s)]+)\)"
    r"|<(?P<bare>https?://[^\s>]+)>"
    r"|\\(?P<literal>[\\`*_{}\[\]()#+\-.!|<>~])"
)
_TAG = re.compile(r"<[^>]+>")


def to_html(markdown: str, mention: Mention) -> str:
    """One `<p>` for each paragraph, `<ul>` for lists, `<pre>` for fenced code."""
    atoms: list[str] = []

    def keep(match: re.Match[str]) -> str:
        made = _atom(match, mention)
        if made is None:
            return match[0]
        atoms.append(made)
        return f"\0{len(atoms) - 1}\0"

    blocks = []
    for number, part in enumerate(markdown.replace("\0", "").split("```")):
        if number % 2:
            blocks.append(f"<pre><code>{html.escape(part.strip())}</code></pre>")
            continue
        rich = _emphasis(html.escape(_ATOM.sub(keep, part)))
        blocks += [_block(one) for one in re.split(r"\n\s*\n", rich) if one.strip()]
    return re.sub("\0(\\d+)\0", lambda match: atoms[int(match[1])], "".join(blocks))


def to_text(rich: str) -> str:
    """The words of some HTML; blocks and line breaks become new lines."""
    lined = re.sub(r"<br\s*/?>|</(?:p|li|h\d|pre)>", "\n", rich)
    return html.unescape(_TAG.sub("", lined)).strip()


def spark_mention(person_id: str, name: str) -> str:
    """A mention as Webex spells it in a message's HTML."""
    who = html.escape(person_id)
    return f'<spark-mention data-object-type="person" data-object-id="{who}">{html.escape(name)}</spark-mention>'


def mentioned_ids(rich: str) -> list[str]:
    """The ids of the people mentioned in some HTML, in order."""
    elements = re.findall(r"<spark-mention\b[^>]*>", rich)
    people = [one for one in elements if 'data-object-type="person"' in one]
    return [found[1] for one in people if (found := re.search(r'data-object-id="([^"]+)"', one))]


ALL = '<spark-mention data-object-type="groupMention" data-group-type="all">{name}</spark-mention>'


def mentions_all(rich: str) -> bool:
    return 'data-group-type="all"' in rich


def _atom(match: re.Match[str], mention: Mention) -> str | None:
    if match["group"]:
        return ALL.format(name=html.escape(match["called"] or "All"))
    if match["who"]:
        return mention(match["who"], match["name"])
    if match["code"]:
        return f"<code>{html.escape(match['code'])}</code>"
    if match["literal"]:
        return html.escape(match["literal"])
    url = html.escape(match["url"] or match["bare"])
    return f'<a href="{url}" rel="nofollow">{html.escape(match["label"] or match["bare"])}</a>'


def _emphasis(escaped: str) -> str:
    strong = re.sub(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", r"<strong>\1</strong>", escaped)
    starred = re.sub(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?!\w)", r"<em>\1</em>", strong)
    return re.sub(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)", r"<em>\1</em>", starred)


def _block(rich: str) -> str:
    lines = rich.strip("\n").split("\n")
    if heading := re.fullmatch(r"(#{1,6})\s+(.*)", rich.strip()):
        return f"<h{len(heading[1])}>{heading[2]}</h{len(heading[1])}>"
    if all(re.match(r"\s*[-*]\s+", line) for line in lines):
        items = [re.sub(r"^\s*[-*]\s+", "", line) for line in lines]
        return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    return f"<p>{'<br/>'.join(line.strip() for line in lines)}</p>"
