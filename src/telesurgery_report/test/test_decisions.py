"""Who decided what stands in the review; routine does not."""

from __future__ import annotations

import json

import numpy as np
import pytest

from telesurgery_report.review.decisions import Holders, Noted, decisions_of, holders_in_words
from telesurgery_report.review.evidence import read_evidence
from telesurgery_report.review.plain import in_plain_words
from telesurgery_report.review.record import record
from telesurgery_report.review.review import review


def test_a_hand_over_in_the_bags_is_told_with_who_and_why(faultless, robot):
    reviewed = review(read_evidence(list(faultless), robot, {}, 'faultless'))
    (decision,) = reviewed.decisions
    assert (decision.who, decision.what, decision.of) == ('A', 'authority agreed', 'PSM1')
    assert decision.why == 'as asked'
    assert reviewed.holders == 'At the start A held PSM1; then B held PSM1.'
    (session,) = json.loads(record([reviewed]))['sessions']
    assert session['decisions'][0]['why'] == 'as asked'
    assert [row['holders'] for row in session['authority']] == [{'PSM1': 'A'}, {'PSM1': 'B'}]
    assert session['authority'][1]['at_s'] == pytest.approx(6.0, abs=0.1)


def test_what_stops_all_arms_at_once_is_one_decision():
    why = 'emergency stop by A: the stop button of the console'
    events = [Noted(5, 'A', 'site emergency stop', '', why)]
    events += [Noted(5, 'A', 'arm emergency stop', arm, why) for arm in ('PSM1', 'ECM')]
    (decision,) = decisions_of(events)
    assert decision.of == 'PSM1, ECM'
    assert decision.what == 'emergency stop'


@pytest.mark.parametrize('what', ['arm ready', 'arm following', 'site operating', 'arm hold'])
def test_routine_and_the_holds_of_the_supervisor_are_not_told_here(what):
    assert decisions_of([Noted(5, 'supervisor', what, 'PSM1', 'for some reason')]) == ()


def test_a_hold_by_a_person_is_told():
    (decision,) = decisions_of([Noted(5, 'local', 'arm hold', 'PSM1', 'a swab is in the way')])
    assert decision.who == 'local'


def test_arms_that_nobody_holds_and_what_never_changes_are_said():
    once = Holders(np.array([5]), ({'PSM1': 'A', 'PSM2': 'A', 'ECM': ''},))
    said = holders_in_words(once)
    assert said == 'At the start A held PSM1, PSM2; nobody held ECM; nothing of it changed.'
    assert holders_in_words(Holders(np.zeros(0, dtype=np.int64), ())) == ''


def test_a_reason_comes_with_its_meaning_and_an_unknown_one_as_it_is():
    said = in_plain_words('no command for 104 ms (limit 100 ms)')
    assert said.startswith('nothing came from the surgeon in time ("no command for 104 ms')
    assert in_plain_words('something new') == 'something new'
