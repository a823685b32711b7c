"""A session in Chinese: no English word of the app's own is left on the screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ptcards import language
from ptcards.config import Config
from ptcards.exchange.importing import import_paths
from ptcards.runner.runner import Job, Runner
from ptcards.scheduling.queue import Scope
from ptcards.study.decks import open_desk
from tests.tui.conftest import Clock

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Opener

DECK = """\
deck: lists
title: 列表
cards:
  - id: turn
    question: 把 `x` 倒过来。
    given: x = [1, 2, 3]
    check: assert answer == x[::-1], "顺序不对"
    solution: x[::-1]
    also: ["list(reversed(x))"]
    wrong:
      - code: sorted(x)
        because: 排序不是倒序
    hints: [切片有第三个数。, 步长可以是负数。]
    explanation: 负步长从后往前取。
  - id: double
    question: 写出 `f`。
    expects: [f]
    check: "assert agree(f, lambda n: 2 * n, [(1,), (3,)])"
    solution: |
      def f(n):
          return 2 * n
"""
STEPS = (
    ("", "f2", "提示 1"),
    ("y", "f5", "↺ 笔误"),
    ("sorted(x)", "f5", "第一个不同的元素"),
    ("x[::-1]", "f5", "Enter 选“重来”"),
    ("", "enter", "Ctrl+Z 撤销"),
    ("import os; os._exit(3)", "f5", "答案以状态 3 结束了进程"),
    ("def f(n): return n * n", "f5", "对 f(1)"),
    ("", "f3", "◆ 已讲解"),
    ("", "enter", "出现的误解"),
    ("", "f1", "巩固中的卡片会重复到答对为止"),
)
"""What is typed, the key after it, and what is on the screen then."""
KEYS = "Ctrl Enter Esc PgDn PgUp Space Tab EDITOR shell fg"
CODE = "lists turn double list reversed sorted assert agree lambda answer"
PYTHON = "NameError name is not defined import os exit def return"


@pytest.mark.usefixtures("chinese")
async def test_a_session_in_chinese_has_no_english_word_of_the_apps(tmp_path: Path, table: Opener) -> None:
    file, not_ours = tmp_path / "lists.yaml", {*f"{KEYS} {CODE} {PYTHON}".split()}
    file.write_text(DECK, encoding="utf-8")
    with open_desk(tmp_path / "ptcards.db", Config(), Clock()) as desk:
        import_paths(desk, [file], trust=True)
    async with table(Scope(decks=("lists",))) as at:
        for typed, key, shown in STEPS:
            if typed:
                await at.press("ctrl+u")
                await at.type(typed)
            await at.press(key)
            assert shown in at.text
            assert {*re.findall(r"[A-Za-z]{2,}", at.text)} <= not_ours, at.text
        language.use("en")
        await at.press("q")
        assert "1 after a mistake" in at.text  # the summary, switched to English


@pytest.mark.usefixtures("chinese")
def test_one_runner_speaks_the_language_that_is_in_use_when_an_answer_is_given(bare: Runner) -> None:
    wanted = (("zh", "第一个不同的元素"), ("en", "first differing item"), ("zh", "第一个不同的元素"))
    for code, words in wanted:
        language.use(code)
        outcome = bare.run(Job("a/b", answer="[1]", check="assert answer == [2]", solution="[2]"))
        assert outcome.difference[0].startswith(words)
