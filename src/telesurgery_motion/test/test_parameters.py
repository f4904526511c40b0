import pytest
import yaml

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping
from telesurgery_motion.parameters import MotionParameters


def test_the_shipped_configuration_is_valid_and_complete(workspace):
    path = workspace / 'config' / 'motion.yaml'
    values = yaml.safe_load(path.read_text())['/**']['ros__parameters']

    from_mapping(MotionParameters, values, where=path.name)
    assert set(values) == set(MotionParameters.__dataclass_fields__)


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        ({'scale': 2.0}, r'scale is 2\.0; allowed: 0\.05 \.\. 1'),
        ({'filter': 'magic'}, r"filter is 'magic'; allowed: none, butterworth, one_euro"),
        ({'tremor_low_hz': 15.0}, 'less than tremor_high_hz'),
        ({'right_arm': 'PSM9'}, r"right_arm is 'PSM9'; allowed: PSM1, PSM2, PSM3"),
        ({'right_arm': 'PSM2'}, 'an arm has one master'),
        ({'gripper_open_rad': -0.5}, 'less than gripper_open_rad'),
        ({'jaw_upper_rad': -0.349}, 'less than jaw_upper_rad'),
        ({'speed': 1}, "unknown key 'speed'"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(values, message):
    with pytest.raises(ParameterError, match=message):
        from_mapping(MotionParameters, values, where='motion.yaml')
