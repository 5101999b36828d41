"""Mails as people read them: a template for plain text and one for HTML, in the reader's language."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from helpdesk.language import Language, Text
from helpdesk.mail import Mail


def letter(template: str, to: str, subject: Text, say: Language, **values: str) -> Mail:
    """`helpdesk/mail/templates/<template>.txt.j2` and `.html.j2`, filled in; values are plain text."""
    known = {"say": say, "language": say.code, **values}
    text, html = (_templates().get_template(f"{template}.{kind}.j2").render(known) for kind in ("txt", "html"))
    return Mail(to=to, subject=say(subject), text=text, html=html)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("helpdesk.mail"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
    )
