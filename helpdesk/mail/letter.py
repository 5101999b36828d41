"""Mails as people read them: a template for plain text and one for HTML, in the reader's language."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from helpdesk.mail import Mail
from helpdesk.platform.language import Language, Text
from helpdesk.platform.text.showing import isolated


def letter(template: str, to: str, subject: Text, say: Language, **values: str) -> Mail:
    """`helpdesk/mail/templates/<template>.txt.j2` and `.html.j2`, filled in.

    Values are plain text of anybody's, made safe here: in whatever a template says, and in the subject.
    """
    known = {"say": say, "language": say.code, **values}
    text, html = (_templates().get_template(f"{template}.{kind}.j2").render(known) for kind in ("txt", "html"))
    return Mail(to=to, subject=isolated(say(subject)), text=text, html=html)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("helpdesk.mail"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        finalize=shown,
    )


def shown(value: object) -> object:
    """For templates: what they print, made safe to show before it is escaped for its medium."""
    return isolated(value) if type(value) is str else value
