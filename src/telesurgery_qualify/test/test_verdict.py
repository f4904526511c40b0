"""Runs of known behaviour, from their evidence to what is said of them."""

from __future__ import annotations

import json

import numpy as np
import pytest
import synthetic

from telesurgery_link.channels import Direction
from telesurgery_qualify.document import document
from telesurgery_qualify.evidence import DirectionEvidence, Evidence
from telesurgery_qualify.finding import Finding, Status
from telesurgery_qualify.judgement import judge
from telesurgery_qualify.load import Plan
from telesurgery_qualify.measurement import measure
from telesurgery_qualify.record import record
from telesurgery_qualify.requirements import REQUIREMENTS, SOURCES
from telesurgery_qualify.samples import Samples
from telesurgery_qualify.verdict import MEANING, Grade, Verdict, conclude


def judged(evidence: Evidence) -> tuple[dict[str, Finding], Verdict]:
    measurement = measure(evidence)
    findings = judge(measurement)
    return {finding.requirement.key: finding for finding in findings}, conclude(
        measurement, findings
    )


def run(**control: object) -> Evidence:
    samples = synthetic.control(**control)  # type: ignore[arg-type]
    return synthetic.evidence(synthetic.direction(samples, sent=10_000))


NOTHING = DirectionEvidence(Samples.of([]), Samples.of([]), (), None, 0)


def test_a_short_steady_link_is_suitable() -> None:
    findings, verdict = judged(run(one_way_ms=20.0))
    assert verdict.grade is Grade.SUITABLE
    assert findings['round_trip'].status is Status.PASS
    assert findings['video_bandwidth'].status is Status.PASS
    assert findings['loss'].status is Status.PASS


def test_every_requirement_is_judged_once_and_has_a_source_that_is_listed() -> None:
    findings = judge(measure(run()))
    assert [finding.requirement for finding in findings] == list(REQUIREMENTS)
    assert all(set(finding.requirement.sources) <= set(SOURCES) for finding in findings)
    assert all(finding.requirement.sources for finding in findings)


def test_rome_to_beijing_is_suitable_with_reservations() -> None:
    findings, verdict = judged(run(one_way_ms=67.0))
    assert findings['round_trip'].status is Status.FAIL
    assert findings['hand_to_picture_ideal'].status is Status.PASS
    assert verdict.grade is Grade.RESERVED
    assert 'Not met: round trip' in verdict.summary


def test_codec_and_display_count_towards_what_surgeons_accept() -> None:
    findings, _ = judged(run(one_way_ms=85.0))
    assert findings['hand_to_picture_ideal'].status is Status.FAIL
    assert findings['hand_to_picture_safe'].status is Status.PASS


def test_a_geostationary_satellite_is_not_suitable() -> None:
    findings, verdict = judged(run(one_way_ms=316.0))
    assert findings['hand_to_picture_safe'].status is Status.FAIL
    assert verdict.grade is Grade.UNSUITABLE


def test_availability_cannot_be_shown_in_a_minute_and_is_said_to_take_a_month() -> None:
    findings, _ = judged(run())
    found = findings['availability']
    assert found.status is Status.UNDECIDED
    assert '35 days' in found.reason
    assert found.needed_s == pytest.approx(3.0e6, rel=0.01)


def test_availability_is_refuted_by_an_outage() -> None:
    findings, _ = judged(run(outage_s=(5.0, 0.5)))
    assert findings['availability'].status is Status.FAIL


def test_an_outage_that_may_or_may_not_be_rare_leaves_the_link_unproven() -> None:
    findings, verdict = judged(run(outage_s=(5.2, 1.5)))
    assert findings['hand_to_picture_safe'].status is Status.UNDECIDED
    assert verdict.grade is Grade.INCONCLUSIVE
    assert 'interrupted once, for 1.50 s' in verdict.summary


def test_outages_all_the_time_are_not_suitable() -> None:
    lost = np.arange(10_000) % 500 > 250  # half of every second
    findings, verdict = judged(run(lost=lost))
    assert findings['hand_to_picture_safe'].status is Status.FAIL
    assert verdict.grade is Grade.UNSUITABLE


def test_heavy_jitter_fails_the_stricter_limit_first() -> None:
    samples = synthetic.control(one_way_ms=20.0)
    samples.rows[::2, 1] -= 7_000_000  # every other frame takes 7 ms longer
    findings, _ = judged(synthetic.evidence(synthetic.direction(samples, sent=10_000)))
    assert findings['jitter_strict'].status is Status.FAIL
    assert findings['jitter'].status is Status.PASS


def test_losses_beyond_the_limit_fail() -> None:
    samples = synthetic.control()
    findings, _ = judged(
        synthetic.evidence(synthetic.direction(samples, sent=10_000, lost=700, bursts=250))
    )
    assert findings['loss'].status is Status.FAIL


def test_a_narrow_link_fails_for_video() -> None:
    seen = synthetic.direction(synthetic.control(), sent=10_000, video_mbit_s=18.0)
    findings, verdict = judged(synthetic.evidence(seen))
    assert findings['video_bandwidth'].status is Status.FAIL
    assert verdict.grade is Grade.RESERVED


def test_what_was_not_sent_is_not_judged() -> None:
    seen = synthetic.direction(synthetic.control(), sent=10_000, video_mbit_s=5.0)
    findings, _ = judged(synthetic.evidence(seen, plan=Plan(seconds=20.0, video_mbit_s=5.0)))
    assert findings['video_bandwidth'].status is Status.UNDECIDED
    assert 'only 5 Mbit/s' in findings['video_bandwidth'].reason


@pytest.mark.parametrize(
    ('offset_ms', 'uncertainty_ms', 'status'),
    [(0.1, 0.3, Status.PASS), (5.0, 0.3, Status.FAIL), (0.1, 40.0, Status.UNDECIDED)],
)
def test_clocks_are_judged_as_far_as_an_exchange_can_tell(
    offset_ms: float, uncertainty_ms: float, status: Status
) -> None:
    seen = synthetic.direction(
        synthetic.control(), sent=10_000, offset_ms=offset_ms, uncertainty_ms=uncertainty_ms
    )
    findings, _ = judged(synthetic.evidence(seen))
    assert findings['clock_sync'].status is status


def test_one_clock_says_nothing_of_two() -> None:
    findings, _ = judged(synthetic.evidence(run().directions[Direction.PATIENT_TO_SURGEON]))
    assert findings['clock_sync'].status is Status.UNDECIDED


def test_a_run_that_broke_off_gets_no_good_verdict() -> None:
    evidence = run(seconds=5.0)
    seen = evidence.directions[Direction.PATIENT_TO_SURGEON]
    _, verdict = judged(
        synthetic.evidence(seen, NOTHING, ended_early='the other end was silent for 10 s')
    )
    assert verdict.grade is Grade.INCONCLUSIVE
    assert 'The run ended early: the other end was silent' in verdict.summary


@pytest.mark.parametrize(
    'evidence',
    [
        run(),
        run(outage_s=(5.0, 1.5)),
        run(seconds=0.02),
        synthetic.evidence(NOTHING, ended_early='nobody answered for 10 s'),
        synthetic.evidence(
            synthetic.direction(synthetic.control(seconds=3.0), sent=None), NOTHING
        ),
    ],
    ids=['steady', 'outage', 'ten frames', 'nothing', 'one direction'],
)
def test_every_run_has_a_report(evidence: Evidence) -> None:
    measurement = measure(evidence)
    findings = judge(measurement)
    verdict = conclude(measurement, findings)
    page = document(measurement, findings, verdict)
    assert verdict.grade.value in page
    assert page.count('<svg') == 4
    for outside in ('src="http', "src='http", '<link', '<script', '@import'):
        assert outside not in page
    content = json.loads(record(measurement, findings, verdict))
    assert content['verdict'] == verdict.grade.value
    assert len(content['requirements']) == len(REQUIREMENTS)


@pytest.mark.parametrize('grade', Grade)
def test_every_grade_says_what_to_do(grade: Grade) -> None:
    assert MEANING[grade].endswith('.')


def test_names_are_text_and_not_markup() -> None:
    seen = run().directions[Direction.PATIENT_TO_SURGEON]
    measurement = measure(synthetic.evidence(seen, name='<script>alert(1)</script>'))
    findings = judge(measurement)
    page = document(measurement, findings, conclude(measurement, findings))
    assert '<script>' not in page
    assert '&lt;script&gt;' in page
