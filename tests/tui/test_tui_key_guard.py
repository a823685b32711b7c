"""Held keys, and keys typed too early."""

from __future__ import annotations

from ptcards.tui.keys import KeyGuard


class Stopwatch:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_key_again_at_once_is_a_held_key() -> None:
    watch = Stopwatch()
    guard = KeyGuard(watch)
    guard.saw("enter")
    watch.now += 0.5
    guard.saw("enter")
    assert guard.held


def test_a_held_key_stays_held_however_long_it_repeats() -> None:
    watch = Stopwatch()
    guard = KeyGuard(watch)
    guard.saw("3")
    for _ in range(50):
        watch.now += 0.03
        guard.saw("3")
        assert guard.held


def test_another_key_between_makes_the_same_key_meant() -> None:
    watch = Stopwatch()
    guard = KeyGuard(watch)
    for key in ("3", "u", "3"):
        guard.saw(key)
        watch.now += 0.1
    assert not guard.held


def test_the_same_key_a_second_later_is_meant() -> None:
    watch = Stopwatch()
    guard = KeyGuard(watch)
    guard.saw("3")
    watch.now += 0.81
    guard.saw("3")
    assert not guard.held


def test_a_verdict_settles_three_tenths_of_a_second_after_it_is_seen() -> None:
    watch = Stopwatch()
    guard = KeyGuard(watch)
    assert not guard.settling
    guard.verdict_coming()
    watch.now += 5
    waiting = guard.settling
    guard.verdict_shown()
    watch.now += 0.29
    young = guard.settling
    watch.now += 0.02
    assert (waiting, young, guard.settling) == (True, True, False)
