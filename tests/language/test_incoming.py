"""What an import in Chinese says of files that cannot be taken, and of those that can."""

# ruff: noqa: RUF001

from pathlib import Path

import pytest

from ptcards.config import Config
from ptcards.exchange.importing import import_paths
from ptcards.study.decks import open_desk
from tests.tui.conftest import Clock

CARD = "deck: a\ncards:\n- {id: x, question: 甲, solution: '1', accepts: %s}\n"
FILES = {
    "a.yaml": ("deck: a\ncards: []\n", "`cards` 是空的：至少写一项"),
    "b.yaml": ("deck: A!\ncards:\n- {id: x}\n", "`deck` 是 'A!'：只能用 a-z、0-9"),
    "c.yaml": ("deck: a\ncards:\n- {id: x}\n", "卡片 'x'：卡片缺少 `question`：题目，用 Markdown 写"),
    "d.yaml": (CARD % "cod", "`accepts` 是 'cod'（是不是想写 `code`？）：只能是 code, literal"),
    "e.yaml": (CARD % "recall, also: [[甲]]", "列表项 `also` 必须是文本，不能是列表"),
    "f.yaml": (CARD % "recall, vary: {n: [1]}", "`vary` 里的 `n` 没有用到：请在该用的地方写 `$n`"),
    "g.yaml": (
        CARD % "literal, colour: 1, also: ['1 +']",
        "`also[0]` 不是 Python 字面量：invalid syntax（'1 +'）",
    ),
    "h.yaml": ("deck: &a b\n", "不允许用锚点 '&a'：请把值完整写出"),
    "i.yaml": ("- 甲\n", "文件的内容是列表，而不是卡组的各个键：开头应为"),
    "j.yaml": ("deck: [a\n", "这不是 YAML：did not find expected ',' or ']'"),
    "k.csv": ('front,back\n甲,"乙\n', "有引号没有闭合；这一行已略去"),
    "l.csv": ("甲,乙,丙\n" * 2, "没有用到列 '第 3 列'"),
    "l.tsv": ("甲\t乙\n" * 2, "与前面重复的行（以最后一行为准）：1"),
    "m.apkg": ("PK\x03\x04", "这不是完整的 Anki 包：File is not a zip file"),
    "n.org": ("* 甲\n", "这是 Org 文件；ptcards 能读 YAML 卡组"),
}


@pytest.mark.usefixtures("chinese")
def test_an_import_says_in_chinese_what_it_leaves_out_and_why(tmp_path: Path) -> None:
    with open_desk(tmp_path / "ptcards.db", Config(), Clock()) as desk:
        for name, (text, said) in FILES.items():
            (file := tmp_path / name).write_text(text, encoding="utf-8")
            report = import_paths(desk, [file], dry_run=True)
            notes = [note for deck in report.decks for note in deck.notes]
            assert said in "\n".join(map(str, (*report.errors, *notes))), name
