"""A new mapping by showing, over scripted controls."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telesurgery_console.actions import Action
from telesurgery_console.controls import Controls
from telesurgery_console.drives import AxisBinding, Drive, Motion
from telesurgery_console.mapping import ControlMapping, load_mapping
from telesurgery_console.mapping_writer import mapping_text, write_mapping
from telesurgery_console.vocabulary import VOCABULARIES
from telesurgery_console.wizard import AXES, BUTTONS, Wizard
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping


class Person:
    """Answers a wizard with controls, held long enough and let go again."""

    def __init__(self, base):
        self.wizard = Wizard(base)
        self.now = 0.0

    def show(self, *buttons, seconds=0.5, **axes):
        self._hear(Controls({}, frozenset()), 0.1)
        self._hear(Controls(axes, frozenset(buttons)), seconds)

    def _hear(self, controls, seconds):
        for _ in range(round(seconds * 50)):
            self.wizard.hear(controls, self.now)
            self.now += 0.02

    def leave_out(self, count=1):
        for _ in range(count):
            self.wizard.leave_out()


@pytest.fixture
def base(workspace):
    return load_mapping(workspace / 'config' / 'devices' / 'gamepad.yaml', 'gamepad')


@pytest.fixture
def person(base):
    return Person(base)


def with_buttons(person, **named):
    for action in BUTTONS:
        if action.value in named:
            person.show(named[action.value])
        else:
            person.leave_out()


def test_it_asks_for_every_act_and_every_motion(person):
    questions = []
    person.show('rightshoulder')
    while not person.wizard.done:
        questions.append(person.wizard.question)
        person.leave_out()

    assert len(questions) == len(BUTTONS) + len(AXES) - 2, 'all but presence and the closing'
    assert 'Enter leaves it out' in questions[0]


def test_what_is_shown_is_what_is_written(person, base):
    with_buttons(person, presence='rightshoulder', clutch='a', shift='leftshoulder')
    person.show(leftx=-1.0)
    person.show(righty=-0.9)
    person.show(lefty=-1.0)
    person.leave_out()
    person.show('leftshoulder', leftx=-1.0)
    person.leave_out()
    person.show(triggerleft=1.0)
    person.show(triggerright=1.0)

    assert person.wizard.done
    mapping = person.wizard.mapping()
    assert mapping.buttons == {
        'rightshoulder': Action.PRESENCE, 'a': Action.CLUTCH, 'leftshoulder': Action.SHIFT,
    }  # fmt: skip
    assert mapping.axes == {
        'leftx': AxisBinding(Drive(Motion.X, -1), Drive(Motion.RY, -1)),
        'righty': AxisBinding(Drive(Motion.Y, -1)),
        'lefty': AxisBinding(Drive(Motion.Z, -1)),
        'triggerleft': AxisBinding(Drive(Motion.GRIPPER, 1)),
        'triggerright': AxisBinding(Drive(Motion.GRIPPER, -1)),
    }
    assert mapping.rates == base.rates


def test_presence_cannot_be_left_out(person):
    person.leave_out(3)

    assert '1/' in person.wizard.question
    assert 'cannot be left out' in person.wizard.remark


def test_a_button_has_one_act(person):
    person.show('a')
    person.show('a')
    assert person.wizard.remark == 'a is presence already; another one'
    person.show('b', 'x')
    assert person.wizard.remark == 'b, x at once; one button, please'
    assert '2/' in person.wizard.question


def test_an_axis_has_one_motion_or_one_more_with_shift(person):
    with_buttons(person, presence='a', shift='b')
    person.show(leftx=1.0)
    person.show(leftx=1.0)
    assert person.wizard.remark == 'leftx moves x already; another one (or hold shift with it)'
    person.show('b', rightx=1.0)
    assert 'rightx does nothing without shift yet' in person.wizard.remark


def test_a_control_that_is_only_brushed_is_not_meant(person):
    with_buttons(person, presence='a')
    person.show(leftx=1.0, seconds=0.1)
    person.show(leftx=0.5)
    assert 'LEFT' in person.wizard.question
    person.show(leftx=0.7, lefty=0.65)
    assert person.wizard.remark == 'leftx moves x'


def test_the_next_answer_counts_only_after_everything_was_let_go(person):
    person.show('a', seconds=2.0)
    person.wizard.hear(Controls({}, frozenset({'a', 'b'})), person.now)

    assert '2/' in person.wizard.question


def test_a_shift_that_nothing_needs_is_left_out(person):
    with_buttons(person, presence='a', shift='b')
    person.leave_out(len(AXES))

    assert person.wizard.done
    assert person.wizard.mapping().buttons == {'a': Action.PRESENCE}


def test_what_a_trigger_opens_another_trigger_closes(person):
    with_buttons(person, presence='a')
    person.leave_out(6)
    person.show(triggerleft=1.0)
    person.show(leftx=1.0)
    assert person.wizard.remark.endswith('a trigger, please')
    person.show(triggerright=1.0)
    assert person.wizard.done


answers = st.one_of(
    st.none(),
    st.tuples(
        st.sampled_from(VOCABULARIES['gamepad'].axes + VOCABULARIES['gamepad'].buttons),
        st.sampled_from([-1.0, 0.7, 1.0]),
        st.booleans(),
    ),
)


@settings(max_examples=60)
@given(st.lists(answers, max_size=60))
def test_whatever_is_shown_the_mapping_at_the_end_is_one(workspace, script):
    folder = workspace / 'config' / 'devices'
    person = Person(load_mapping(folder / 'gamepad.yaml', 'gamepad'))
    person.show('rightshoulder')
    for answer in script:
        if answer is None:
            person.leave_out()
            continue
        control, value, shift = answer
        shifts = [n for n, a in person.wizard._buttons.items() if a is Action.SHIFT and shift]
        if control in VOCABULARIES['gamepad'].axes:
            one_sided = control in VOCABULARIES['gamepad'].one_sided
            person.show(*shifts, **{control: abs(value) if one_sided else value})
        else:
            person.show(control)
    while not person.wizard.done:
        person.leave_out()

    mapping = person.wizard.mapping()
    assert Action.PRESENCE in mapping.buttons.values()


@pytest.mark.parametrize('device', VOCABULARIES)
def test_a_written_mapping_reads_as_the_same(workspace, tmp_path, device):
    mapping = load_mapping(workspace / 'config' / 'devices' / f'{device}.yaml', device)
    write_mapping(mapping, tmp_path / 'mine.yaml')

    assert load_mapping(tmp_path / 'mine.yaml', device) == mapping


def test_every_key_that_differs_from_its_default_is_written(tmp_path):
    mapping = from_mapping(
        ControlMapping,
        {
            'device': 'joy',
            'full_deflection': 2.0,
            'axes': {
                'axis2': {
                    'normal': {'drives': 'gripper', 'sign': 1, 'hand': 'left', 'absolute': True},
                    'rest': 1.0, 'deadzone': 0.2, 'expo': 0.3,
                }
            },
            'buttons': {'button0': 'presence'},
        },
        where='test',
    )  # fmt: skip
    write_mapping(mapping, tmp_path / 'mine.yaml')

    assert load_mapping(tmp_path / 'mine.yaml', 'joy') == mapping
    assert 'rotation_rad_s2: 8.0  # The same of the turning rate.' in mapping_text(mapping)


def test_nothing_is_overwritten(base, tmp_path):
    path = tmp_path / 'mine.yaml'
    path.write_text('mine')
    with pytest.raises(ParameterError, match=r'exists; allowed: a new name'):
        write_mapping(base, path)
    assert path.read_text() == 'mine'


def test_a_folder_that_is_not_there_is_named(base, tmp_path):
    with pytest.raises(ParameterError, match='cannot be written'):
        write_mapping(base, tmp_path / 'nowhere' / 'mine.yaml')
