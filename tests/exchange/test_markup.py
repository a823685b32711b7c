from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptcards.exchange.anki_out import to_html
from ptcards.exchange.markup import to_markdown, to_text


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("plain", "plain"),
        ("a &lt; b", "a < b"),
        ("List&lt;int&gt; and 2 * 3 * 4", "List\\<int> and 2 \\* 3 \\* 4"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<h2>T</h2>x", "## T\n\nx"),
        (
            "<pre><code>def f():<br>&nbsp;&nbsp;&nbsp; return 1</code></pre>",
            "```\ndef f():\n\xa0\xa0\xa0 return 1\n```",
        ),
        ('<img alt="x" src="p q.png">', "(picture: p q.png)"),
        ("<img>", "(picture)"),
        ("hear [sound:a.mp3]", "hear (sound: a.mp3)"),
        ("<script>alert(1)</script><style>p{}</style>x", "x"),
        ("<!-- hidden -->x<!-- open", "x\\<!-- open"),
        ("", ""),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown


def test_code_in_html_becomes_code() -> None:
    assert to_text("<div>if a &lt; b:</div><div>&nbsp; x = 1</div>") == "if a < b:\n  x = 1"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000,
        "<!--" * 25_000,
        "<" * 100_000,
        "<![" * 33_000,
        "<a " * 33_000,
        '<a b="' * 15_000,
        "<?" * 50_000,
        "</" * 50_000,
        "<li>" * 25_000,
        "&" * 100_000,
    ],
    ids=range(10),
)
def test_html_that_breaks_parsers_is_text_soon(html: str) -> None:
    assert isinstance(to_markdown(html), str)


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [
                "<b>",
                "</b>",
                "<pre>",
                "<br>",
                "<img src=x>",
                "<!--",
                "-->",
                "<",
                ">",
                "&lt;",
                "a",
                '"',
                "<table>",
                "<td>",
                "[sound:",
                "]",
            ]
        ),
        max_size=25,
    ).map("".join)
    | st.text(max_size=60)
)
def test_any_html_becomes_markdown(html: str) -> None:
    assert isinstance(to_markdown(html), str)
    assert isinstance(to_text(html), str)


def test_html_in_a_card_is_shown_as_text_to_anki() -> None:
    assert to_html("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
