"""A report of `check` as JUnit XML, which build servers read: a suite a deck, a case a card."""

from xml.etree import ElementTree as ET

from ptcards.checking.check import Report
from ptcards.text import visible

_COUNTED = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}


def as_junit(report: Report) -> str:
    """The XML; what is wrong with a file, and not with a card that was run, is an error of a case `deck`."""
    suites = ET.Element("testsuites", name="ptcards check")
    for deck in report.decks:
        suite = ET.SubElement(suites, "testsuite", name=deck.deck, file=str(deck.path))
        cases = [(one.card.id, one.seconds, one.problems, one.skipped) for one in deck.cards_run]
        of_cards = [problem for case in cases for problem in case[2]]
        if rest := [problem for problem in deck.problems if problem not in of_cards]:
            cases.append(("deck", 0, rest, ""))
        for name, seconds, problems, skipped in cases:
            case = ET.SubElement(suite, "testcase", name=name, classname=deck.deck, time=f"{seconds:.3f}")
            if problems or skipped:
                tag = "error" if problems is rest else "failure" if problems else "skipped"
                found = ET.SubElement(case, tag, type=tag, message=str([*problems, skipped][0]))
                found.text = "\n".join(map(str, problems))
    for one in (*suites, suites):
        one.attrib |= {name: str(len([*one.iter(tag)])) for name, tag in _COUNTED.items()}
        one.set("time", f"{sum(float(case.attrib['time']) for case in one.iter('testcase')):.3f}")
    del suites.attrib["skipped"]  # which only a suite has
    xml = visible(ET.tostring(suites, "unicode"))  # which has no control characters
    return '<?xml version="1.0" encoding="utf-8"?>\n' + xml.replace("\ufffe", "").replace("\uffff", "")
