"""HTML as the text that one sees, against pairs that Anki's own library confirmed (anki_check does it anew)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptcards.deck.card import Accepts, Card, Markup
from ptcards.exchange.anki_out import faces, to_html
from ptcards.exchange.anki_templates import sides
from ptcards.exchange.incoming import to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (r"\. \\host\share \(\{1,2\}\) ~~a~~ `date` ![a](b.png) f[0](1)",) * 2,
        ("# so", "# so"),
        ("&gt;&gt;&gt; x[0]<br>---<br>Title<br>====", ">>> x[0]\n---\nTitle\n===="),
        ("1914. war<br>1918. end<br>1) one", "1914. war\n1918. end\n1) one"),
        ("List&lt;int&gt; &amp;lt; a < b", "List<int> &lt; a < b"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<ul><li>a</li><li>b<ul><li>c</ul></ul>", "  • a\n  • b\n    • c"),
        ("<ol><li>a<li>b</ol><ol start=1914><li>war</ol>", "  1. a\n  2. b\n  1914. war"),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a\t\tb\nc\t\td"),
        (
            "<pre><code>def f():<br>&nbsp;&nbsp;&nbsp; return 1\n  x</code></pre>",
            "def f():\n    return 1\n  x",
        ),
        ("if x:<br>&nbsp;&nbsp;y", "if x:\n  y"),
        ("2<sup>10</sup> x<sup>T</sup> e<sup>a b</sup> H<sub>2</sub>O", "2¹⁰ x^T e^(a b) H₂O"),
        ("<ruby>食<rp>(</rp><rt>た</rt><rp>)</rp></ruby>べる", "食[た]べる"),
        ('<img alt="x" src="p q.png"> <img> [sound:a.mp3]', "(picture) (picture) (sound)"),
        ("<script>alert(1)</script><style>p{}</style><!-- hidden -->x", "x"),
        ("<button>b</button><svg><text>s</text></svg>", "bs"),
        ("a <p style='display: none'>hidden</p><i hidden>too</i><b style='VISIBILITY:hidden'>three</b>", "a"),
        ("<details><summary>More</summary>hidden <p>too</p></details>a", "More\na"),
        ("  a \n b\t", "a b"),
        ("", ""),
    ],
)
def test_html_is_laid_out_as_text(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    "html",
    ["<div>" * 20_000, "<!--" * 25_000, "<" * 99_000, "<a " * 33_000, '<a b="' * 15_000, "<sup>" * 20_000, "<li>" * 25_000,
     "<img " * 20_000, "<ol start=1>" * 8_000, "<rp>" * 25_000, "[sound:" * 14_000, "&" * 99_000, "{{c1::" * 15_000,
     "x" * 99_000, "x[" * 49_000, "@" * 99_000, "@{" * 33_000, "}" * 99_000, ",{display:none}" * 9_000],
    ids=range(19),
)  # fmt: skip
def test_html_that_breaks_parsers_is_text_soon(html: str) -> None:
    assert sides(("Card 1", "{{kana:F}}", "{{furigana:F}}"), 0, {"F": html})
    assert isinstance(to_text(html), str)
    assert isinstance(to_text(html, hidden=True), str)
    assert to_text("<b>x</b>", css=html) == "x"


def test_what_a_stylesheet_hides_is_hidden() -> None:
    css = "@import x; /* . */ .a, #b i {\n display : none }\n@media print {.c {display:none} u {display:none}} ..,{display:none}"
    html = "<p class=a>one</p><p id=b><i>two</i></p><b class=c>three</b><u>four</u>"
    assert to_text(html, css=css) == "threefour"


TAGS = '<b> </b> <pre> <br> <img src=x> <!-- --> < > &lt; a " <table> <td> [sound: ] <svg> <template> <sup> </sup> <ol start=2> <li>'


@settings(max_examples=80)
@given(st.lists(st.sampled_from(TAGS.split()), max_size=25).map("".join) | st.text(max_size=60))
def test_any_html_becomes_text(html: str) -> None:
    assert isinstance(to_text(html), str)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n <>&[]*_`#\\"), max_size=80)
)
def test_plain_text_goes_to_anki_and_back_as_it_is(text: str) -> None:
    card = Card("a", text, text, Accepts.RECALL, Markup.PLAIN)
    for face in faces(card, "d/a"):
        assert to_text(face).strip() == text.replace("\xa0", " ").strip()


def test_html_in_a_card_is_shown_as_text_to_anki() -> None:
    assert to_html("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


@pytest.mark.parametrize(
    ("front", "field", "cloze", "question"),
    [
        ("{{kanji:F}}", " 食[た]べる", 0, "食べる"),
        ("{{kana:F}}", " 食[た]べる", 0, "たべる"),
        ("{{furigana:F}}", " 食[た]べる", 0, "食[た]べる"),
        ("{{kana:F}}", "a&nbsp;b[c]d[sound:e.mp3]f[g]", 0, "acd(sound)g"),
        ("{{tts ja_JP:F}}[anki:tts lang=x]word[/anki:tts]", "word", 0, "(speech)(speech)"),
        ("{{type:F}}a", "word", 0, "a"),
        ("{{cloze:F}}", "{{c1,2::Oslo}} in {{c2::Norway::where}}", 2, "[...] in [where]"),
        ("{{cloze:F}}", "{{c1::a {{c2::b}} c::h}} {{c3::open", 2, "a [...] c {{c3::open"),
        ("{{cloze:F}}", "{{c1::a {{c2::b}} c::h}}", 1, "[h]"),
        ("{{cloze-only:F}}", "{{c1::a}} x {{c1::b}}", 1, "[...], [...]"),
        ("{{cloze:F}}", "{{c1::a}}", 2, ""),
        ("{{#F}}a{{/F}}{{^F}}b{{/F}}<!--{{F}}-->", "<br>", 0, "b"),
        ("{{edit:F}}", "secret", 0, None),
        ("{{cloze:F}}", "{{c1::image-occlusion:rect:left=.1}}", 1, None),
    ],
)  # fmt: skip
def test_a_front_never_holds_what_anki_hides(
    front: str, field: str, cloze: int, question: str | None
) -> None:
    asked, _, _, refusal = sides(("Card 1", front, "{{F}}"), cloze, {"F": field})
    assert (None if refusal else to_text(asked)) == question
