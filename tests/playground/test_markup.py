"""Markdown becomes little, inert HTML; HTML becomes the words it shows."""

import pytest

from playground import markup


def rendered(text):
    return markup.to_html(text, lambda who, name: markup.spark_mention(who, name or "Ana") if "@" in who else None)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("plain", "<p>plain</p>"),
        ("**bold** and *it* and _it_", "<p><strong>bold</strong> and <em>it</em> and <em>it</em></p>"),
        ("snake_case_name 2*3*4", "<p>snake_case_name 2*3*4</p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("[x](http://a.example/?a=1&b)", '<p><a href="http://a.example/?a=1&amp;b" rel="nofollow">x</a></p>'),
        ("[x](javascript:alert)", "<p>[x](javascript:alert)</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("one\ntwo\n\nthree", "<p>one<br/>two</p><p>three</p>"),
        ("# Title", "<h1>Title</h1>"),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;</code></pre>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        (r"\*not\* \<b\>", "<p>*not* &lt;b&gt;</p>"),
        ("\x000\x00 `a`", "<p>0 <code>a</code></p>"),
        ("<@personId:unknown>", "<p>&lt;@personId:unknown&gt;</p>"),
    ],
)
def test_markdown(markdown, html):
    assert rendered(markdown) == html


def test_a_mention_is_an_element_and_its_name_is_escaped():
    html = rendered("<@personEmail:a@b.example|A <b>> hi")
    assert markup.mentioned_ids(html) == ["a@b.example"]
    assert "<b>" not in html
    assert markup.to_text(rendered("<@personEmail:a@b.example>, hi")) == "Ana, hi"
