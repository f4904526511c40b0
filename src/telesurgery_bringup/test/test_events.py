"""``./telesurgery events`` as its users meet it."""

import pytest

from telesurgery_bringup.events import main
from telesurgery_safety.event_log import Chain


@pytest.fixture
def log(tmp_path):
    chain = Chain()
    records = [
        chain.append(1_795_917_600_123_000_000 + i, 'B', 'authority requested', 'PSM3', 'B asks')
        for i in range(3)
    ]
    path = tmp_path / 'events.jsonl'
    path.write_text(''.join(f'{record.to_line()}\n' for record in records))
    return path, records


def test_a_log_is_printed_and_its_chain_holds(log, capsys):
    path, records = log
    assert main([str(path)]) == 0
    shown = capsys.readouterr().out
    assert '2026-11-29' in shown
    assert 'PSM3  authority requested: B asks' in shown
    assert f'3 records, the chain holds; its last hash is {records[-1].hash}' in shown


def test_a_changed_line_is_named(log, capsys):
    path, _ = log
    path.write_text(path.read_text().replace('B asks', 'A asks', 1))
    assert main([str(path), '--quiet']) == 1
    shown = capsys.readouterr()
    assert 'BROKEN at line 1' in shown.out
    assert 'line 1: record 0 was changed' in shown.err


def test_a_torn_line_is_named_and_hides_nothing(log, capsys):
    path, _ = log
    path.write_bytes(path.read_bytes() + b'{"index":3,"time_\xff')
    assert main([str(path)]) == 0
    shown = capsys.readouterr()
    assert 'line 4: was cut off in writing' in shown.err
    assert '3 records' in shown.out


def test_a_log_whose_end_is_gone_is_told_by_a_hash(log, capsys):
    path, records = log
    path.write_text('\n'.join(path.read_text().splitlines()[:2]) + '\n')
    assert main([str(path), '--head', records[1].hash]) == 0
    assert main([str(path), '--head', records[2].hash]) == 1
    assert 'the end was cut off' in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused_in_one_line(tmp_path, capsys):
    assert main([str(tmp_path / 'none.jsonl')]) == 2
    assert capsys.readouterr().err.count('\n') == 1
