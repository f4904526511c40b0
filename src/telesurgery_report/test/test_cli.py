"""The command writes a report, or says in one line why it cannot."""

import json

import pytest
from PIL import Image
from synthetic_session import write_session
from synthetic_truth import Faults, Truth

from telesurgery_report.cli import main

PICTURES = {'endoscope.png', 'room.png', 'tip_paths.png', 'latency.png'}


def bags_of(folder, workspace, truth, *without):
    faults = Faults(without=frozenset(without))
    return [str(bag) for bag in write_session(folder, workspace, truth, faults)]


def test_a_session_becomes_figures_and_pictures(faultless, tmp_path, capsys):
    output = tmp_path / 'new' / 'folder'
    bags = [str(bag) for bag in faultless]
    assert main([*bags, '--output', str(output), '--setting', 'input=recording']) == 0
    assert {path.name for path in output.iterdir()} == {*PICTURES, 'summary.json'}
    summary = json.loads((output / 'summary.json').read_text())
    assert summary['input'] == 'recording'
    assert summary['software_latency_samples'] > 2000
    for name in PICTURES:
        with Image.open(output / name) as picture:
            assert picture.width >= 800
            low, high = picture.convert('L').getextrema()
            assert high - low > 100  # something is drawn
    shown = capsys.readouterr().out
    assert 'Software latency, median' in shown
    assert str(output) in shown


def test_a_picture_that_cannot_be_drawn_is_explained_and_no_old_one_is_left(
    tmp_path, workspace, capsys
):
    bags = bags_of(
        tmp_path,
        workspace,
        Truth(seconds=2.0, moves=False),
        '/trace/target',
        '/room_camera/image_raw/compressed',
    )
    output = tmp_path / 'report'
    output.mkdir()
    (output / 'tip_paths.png').write_text('of an earlier session')
    assert main([*bags, '--output', str(output)]) == 0
    assert {path.name for path in output.iterdir()} == {'endoscope.png', 'summary.json'}
    missing = json.loads((output / 'summary.json').read_text())['missing']
    assert missing['tip_paths.png'] == 'the setpoint of PSM1 never moved'
    assert missing['latency.png'] == '/trace/target has no row about a command'
    assert missing['room.png'] == 'the bags have no compressed frame of room_camera'
    assert 'not measured: software_latency_ms: /trace/target' in capsys.readouterr().out


def test_relays_that_did_not_run_are_left_out_of_the_latency_picture(tmp_path, workspace):
    bags = bags_of(tmp_path, workspace, Truth(seconds=3.0), '/trace/relay')
    assert main([*bags, '--output', str(tmp_path / 'report')]) == 0
    assert (tmp_path / 'report' / 'latency.png').is_file()


def test_a_frame_that_is_no_picture_is_explained(tmp_path, workspace):
    bags = bags_of(tmp_path, workspace, Truth(seconds=2.0, broken_images=True))
    assert main([*bags, '--output', str(tmp_path / 'report')]) == 0
    summary = json.loads((tmp_path / 'report' / 'summary.json').read_text())
    assert 'is no image' in summary['missing']['endoscope.png']
    assert summary['endoscope_height_px'] == 0


@pytest.mark.parametrize(
    ('arguments', 'complaint'),
    [
        (['nowhere'], "recording 'nowhere' does not exist"),
        (['bag', '--setting', 'input'], "setting is 'input'; allowed: KEY=VALUE"),
        (['bag', '--robot', 'nobody.yaml'], "file 'nobody.yaml' cannot be read"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(tmp_path, capsys, arguments, complaint):
    assert main([*arguments, '--output', str(tmp_path / 'report')]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f'report: error: {complaint}')
    assert said.err.count('\n') == 1
    assert said.out == ''
    assert not (tmp_path / 'report').exists()


def test_a_folder_that_cannot_be_written_is_refused(faultless, tmp_path, capsys):
    (tmp_path / 'file').write_text('in the way')
    assert main([str(faultless[1]), '--output', str(tmp_path / 'file' / 'report')]) == 2
    assert 'cannot be written (Not a directory)' in capsys.readouterr().err
