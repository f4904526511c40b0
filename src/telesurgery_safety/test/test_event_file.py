"""The file of the event log: whole lines, whatever the disk does."""

import errno
import os

import pytest

from telesurgery_core.errors import ParameterError
from telesurgery_safety import event_file
from telesurgery_safety.event_file import EventFile
from telesurgery_safety.event_log import Chain, verify


def records(chain, count):
    return [chain.append(i, 'A', 'authority taken', 'PSM1', f'reason {i}') for i in range(count)]


def lines_of(file):
    return file.path.read_text().splitlines()


def test_what_was_appended_is_on_the_disk_in_order(tmp_path):
    chain = Chain()
    with EventFile(tmp_path / 'new', 'events') as file:
        file.append(records(chain, 3))
        assert len(lines_of(file)) == 3
        file.append(records(chain, 2))
    found = verify(lines_of(file))
    assert len(found.records) == 5
    assert found.findings == ()


def test_no_log_is_ever_written_over(tmp_path):
    with EventFile(tmp_path, 'events') as first, EventFile(tmp_path, 'events') as second:
        assert first.path.name == 'events.jsonl'
        assert second.path.name == 'events-2.jsonl'


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / 'file').touch()
    with pytest.raises(ParameterError, match='event_log_folder'):
        EventFile(tmp_path / 'file' / 'below', 'events')


@pytest.mark.parametrize('taken', [0, 1, 70])
def test_what_a_full_disk_did_not_take_comes_when_it_takes_again(tmp_path, monkeypatch, taken):
    chain = Chain()
    real_write = os.write
    room = [taken]

    def write(descriptor, data):
        if room[0] is None:
            return real_write(descriptor, data)
        if not room[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        part = data[: room[0]]
        room[0] -= len(part)
        return real_write(descriptor, part)

    with EventFile(tmp_path, 'events') as file:
        file.append(records(chain, 1))
        monkeypatch.setattr(event_file.os, 'write', write)
        for _ in range(3):
            with pytest.raises(OSError, match='bytes were written|No space'):
                file.append(records(chain, 1))
        room[0] = None
        file.append(records(chain, 1))
    found = verify(lines_of(file))
    assert [record.index for record in found.records] == list(range(5))
    assert found.broken is None
    assert len(found.findings) == (1 if taken else 0)
