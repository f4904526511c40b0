"""A benchmark's figures carry their units, on the terminal and in the file."""

import importlib.util
import json

import pytest


@pytest.fixture
def harness(workspace, tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location('harness', workspace / 'bench' / 'harness.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, 'WORKSPACE', tmp_path)
    monkeypatch.setattr(module, 'OUTPUT', tmp_path / 'output' / 'bench')
    return module


def test_rows_are_printed_and_kept(harness, capsys):
    row = {'arm': 'PSM1', **harness.distribution('tick', [1.0, 2.0, 3.0], 'us')}
    path = harness.report('arms', [row], settings={'ticks_count': 3}, notes='idle machine')
    kept = json.loads(path.read_text())
    assert kept['rows'] == [
        {
            'arm': 'PSM1',
            'tick_median_us': 2.0,
            'tick_p99_us': 2.98,
            'tick_max_us': 3.0,
            'tick_count': 3,
        }
    ]
    assert kept['settings'] == {'ticks_count': 3}
    assert kept['machine']['cores_count'] >= 1
    shown = capsys.readouterr().out
    assert 'tick_median_us' in shown
    assert 'idle machine' in shown
    assert 'output/bench/arms.json' in shown


def test_a_number_without_a_unit_is_refused(harness):
    with pytest.raises(ValueError, match="key 'latency' of a number has no unit"):
        harness.report('link', [{'latency': 1.0}])
    with pytest.raises(ValueError, match="key 'frames' of a number has no unit"):
        harness.report('link', [{'loss_percent': 1.0}], settings={'frames': 3})


def test_no_rows_are_refused(harness):
    with pytest.raises(ValueError, match="'link' has no rows"):
        harness.report('link', [])


def test_a_distribution_of_nothing_is_unknown(harness):
    assert harness.distribution('tick', [], 'us') == {
        'tick_median_us': None,
        'tick_p99_us': None,
        'tick_max_us': None,
        'tick_count': 0,
    }
