"""The summary has the keys that were promised, and a reason for every null."""

import json

import pytest
from synthetic_truth import Faults, Truth

from telesurgery_report.summary import summarise
from telesurgery_report.table import session_table
from telesurgery_report.targets import LINES

PROMISED = {
    'real_time_factor_median',
    'endoscope_hz',
    'software_latency_ms',
    'relay_latency_ms',
    'injected_delay_ms',
    'tip_lag_ms',
    'tip_rms_mm',
    'rcm_max_mm',
    'frames_sent',
    'frames_lost',
    'holds',
}
TOPICS = {
    '/simulator/state': {'real_time_factor_median', 'simulator'},
    '/endoscope/image_raw/compressed': {'endoscope_hz'},
    '/trace/link': {'software_latency_ms', 'injected_delay_ms'},
    '/trace/relay': {'relay_latency_ms'},
    '/PSM1/local/setpoint_cp': {'tip_lag_ms', 'tip_rms_mm'},
    '/simulator/link_poses': {'tip_lag_ms', 'tip_rms_mm', 'rcm_max_mm'},
    '/link/status': {'frames_sent', 'frames_lost', 'link'},
    '/safety/state': {'holds', 'tip_lag_ms', 'tip_rms_mm'},
}


@pytest.fixture
def summary_of(session_of):
    def make(truth=None, faults=None, **settings):
        return summarise(*session_of(truth, faults), settings)

    return make


def nulls(summary):
    empty = {'median': None, 'p99': None}
    promised = PROMISED | {'link', 'input', 'simulator'}
    return {key for key in promised if summary[key] is None or summary[key] == empty}


def test_what_was_put_in_comes_out(summary_of):
    truth = Truth()
    summary = summary_of(truth, input='recording')
    assert summary['real_time_factor_median'] == truth.real_time_factor
    assert summary['endoscope_hz'] == pytest.approx(truth.endoscope_hz, abs=0.01)
    assert summary['software_latency_ms'] == pytest.approx({'median': 3.0, 'p99': 3.98}, abs=0.02)
    assert summary['relay_latency_ms'] == pytest.approx({'median': 1.0, 'p99': 1.392}, abs=0.002)
    assert summary['injected_delay_ms'] == truth.injected_ms
    assert summary['tip_lag_ms'] == pytest.approx(truth.lag_ms, abs=0.6)
    assert summary['tip_rms_mm'] == pytest.approx(truth.noise_mm, abs=0.009)
    assert summary['rcm_max_mm'] == pytest.approx(max(truth.rcm_mm), abs=1e-4)
    assert summary['frames_sent'] == sum(truth.frames_sent)
    assert summary['frames_lost'] == sum(truth.frames_lost)
    assert summary['holds'] == truth.holds
    assert (summary['link'], summary['input'], summary['simulator']) == (
        'rome_beijing',
        'recording',
        'classic',
    )


def test_every_promised_key_is_there_and_nothing_is_missing(summary_of):
    summary = summary_of(Truth(seconds=6.0), input='recording')
    assert summary.keys() >= PROMISED
    assert nulls(summary) == set()
    assert not PROMISED.intersection(summary['missing'])


@pytest.mark.parametrize(('topic', 'unknown'), TOPICS.items(), ids=TOPICS)
def test_without_a_topic_its_figures_are_null_and_explained(summary_of, topic, unknown):
    summary = summary_of(Truth(seconds=3.5), Faults(without=frozenset({topic})), input='bag')
    assert nulls(summary) == unknown
    assert unknown <= summary['missing'].keys()
    assert all(topic.split('/')[1] in summary['missing'][key] for key in unknown)


def test_a_console_that_never_engaged_leaves_no_figures_of_motion(summary_of):
    still = frozenset({'/trace/command'})
    summary = summary_of(Truth(seconds=3.0, moves=False, holds=0), Faults(without=still))
    assert nulls(summary) == {
        'software_latency_ms',
        'injected_delay_ms',
        'tip_lag_ms',
        'tip_rms_mm',
        'input',
    }
    assert summary['missing']['tip_lag_ms'] == 'the setpoint of PSM1 never moved'
    assert summary['missing']['software_latency_ms'] == '/trace/command has no row about a command'
    assert summary['holds'] == 0


def test_a_summary_is_json_without_nan(summary_of):
    summary = summary_of(Truth(seconds=3.0), Faults(without=frozenset({'/link/status'})))
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_a_setting_goes_before_what_the_bags_say(summary_of):
    assert summary_of(Truth(seconds=1.0), link='a cable')['link'] == 'a cable'


def test_the_table_shows_every_figure_with_its_target(summary_of):
    table = session_table(summary_of(Truth(), input='recording')).splitlines()
    assert len(table) == 2 + len(LINES)
    assert row_of(table, 'Tip of PSM1 behind') == ['ms', '<= 30 ms', 'yes']
    assert row_of(table, 'Frames lost') == []


def test_the_table_marks_what_was_missed(summary_of):
    missed = Truth(
        seconds=6.0,
        software_ms=(6.0, 20.0),
        lag_ms=45.0,
        offset_mm=0.7,
        rcm_mm=(1.2, 0.1, 0.1, 0.1),
        real_time_factor=0.5,
        endoscope_hz=4.0,
    )
    table = session_table(summary_of(missed, input='recording'))
    marks = [line.split()[-1] for line in table.splitlines()[2:] if '=' in line]
    assert marks.count('NO') == 7
    assert marks.count('yes') == 1  # the endoscope's lines


def test_the_table_says_why_a_figure_is_missing(summary_of):
    table = session_table(
        summary_of(Truth(seconds=3.0), Faults(without=frozenset({'/safety/state'})))
    )
    assert 'not measured: holds: /safety/state was not recorded' in table.splitlines()
    assert 'PSM3' not in table


def row_of(table, label):
    (row,) = (line for line in table if line.startswith(label))
    return (
        [cell.strip() for cell in row[len(label) :].split('  ') if cell.strip()][-3:]
        if ('=' in row)
        else []
    )


@pytest.mark.parametrize(('factor', 'said'), [(0.15, True), (0.99, False), (None, False)])
def test_the_table_says_when_the_machine_was_too_slow_for_its_figures(summary_of, factor, said):
    summary = {**summary_of(input='recording'), 'real_time_factor_median': factor}

    assert ('did not keep up' in session_table(summary)) is said
