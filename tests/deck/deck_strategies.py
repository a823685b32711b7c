"""Decks of every kind that a file can hold."""

from __future__ import annotations

from hypothesis import strategies as st

from ptcards.deck.card import Accepts, Card, Deck, Limits, Markup, Within, Wrong

printable = st.characters(
    exclude_categories=("Cs", "Cc"), exclude_characters="$￾￿", include_characters="\n\t"
)
texts = st.text(printable, max_size=40)
filled = st.text(printable, min_size=1, max_size=40).filter(lambda text: bool(text.strip()))
tricky = st.sampled_from(
    ["no", "2.10", "12:30", "010", "~", "- a", "a: b", "# c", "1e3", "0o7", "{}", "x\n", " x", "x\n\n", "\n x", "y: |",
     "2024-01-01", "=", "'", '"', "漢字\n😀", "*a", "&b", "!c", "%d", "@e", "`f`", "a #b", "x \ny", "\tx", "x\r\ny", "a\u2028b\n"]
)  # fmt: skip
some_text = texts | tricky
question = filled | tricky
codes = st.sampled_from(
    ["x", "x.unsqueeze(1)", "def f(x):\n    return x\n", "x = 1\n\ny = 2\n", "\n\nx\n", "s = '''\n  a\n'''",
     "x  # no: 1", "'a: b'", "[1, 2]", "x\n\n\n", "#c\nx\n"]
)  # fmt: skip
slugs = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,10}", fullmatch=True)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | some_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(some_text, inner, max_size=3),
    max_leaves=5,
)
extras = st.dictionaries(slugs.map("x-{}".format), plain, max_size=2)
NEEDS = {"torch": ">=2.4", "python": ">=3.11,<4", "cv2": "*", "cuda": "true"}
withins = st.sampled_from(
    [Within(), Within(8.0), Within(memory=2.5), Within(3.0, 4.5, "y = 1\nz = 2\n", "f(x)")]
)
requires = st.fixed_dictionaries({}, optional={name: st.just(version) for name, version in NEEDS.items()})


def tuples_of(items: st.SearchStrategy[str], size: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(items, max_size=size).map(tuple)


@st.composite
def cards(draw: st.DrawFn, card_id: str) -> Card:
    accepts = draw(st.sampled_from(Accepts))
    code = accepts is not Accepts.RECALL
    literal = accepts is Accepts.LITERAL
    answers = st.sampled_from(["1", "torch.int64", "[1, 2]", " (1,)\n"]) if literal else codes
    values = st.lists(st.sampled_from(["3", "-1.5", "True", "no", "1.10", "a b"]), min_size=1, max_size=3)
    vary = draw(st.dictionaries(st.sampled_from(["n", "m_2"]), values.map(tuple), max_size=2))
    return Card(
        id=card_id,
        question=draw(question) + "".join(f"${name}" for name in vary),
        solution=draw(answers),
        accepts=accepts,
        markup=draw(st.sampled_from(Markup)),
        given=draw(codes) if draw(st.booleans()) else "",
        starter=draw(some_text),
        check=draw(codes) if accepts is Accepts.CODE or (code and draw(st.booleans())) else "",
        also=draw(tuples_of(answers)),
        wrong=tuple(
            Wrong(draw(answers), draw(filled), draw(st.none() | st.just("cv2.error")))
            for _ in range(draw(st.integers(0, 2)))
        ),
        hints=draw(tuples_of(filled)),
        explanation=draw(some_text),
        tags=draw(tuples_of(filled)),
        source=draw(some_text),
        limits=draw(st.builds(Limits, st.floats(0.125, 60, width=16), st.integers(1, 8192))),
        was=draw(tuples_of(slugs.map("old/{}".format))),
        requires=draw(requires),
        expects=draw(tuples_of(st.sampled_from(["load", "f2"]))),
        vary=vary,
        within=draw(withins) if accepts is Accepts.CODE else Within(),
        extras=draw(extras),
    )


@st.composite
def decks(draw: st.DrawFn) -> Deck:
    ids = draw(st.lists(slugs, min_size=1, max_size=3, unique=True))
    return Deck(
        slug=draw(slugs.filter(lambda slug: slug != "old")),
        cards=tuple(draw(cards(card_id)) for card_id in ids),
        title=draw(some_text),
        about=draw(some_text),
        source=draw(some_text),
        language=draw(st.sampled_from(["en", "zh", "pt-BR", "no"])),
        requires=draw(requires),
        preamble=draw(codes),
        extras=draw(extras),
    )
