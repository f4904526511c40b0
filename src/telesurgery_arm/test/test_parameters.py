"""The configuration files hold the parameters of the node."""

import yaml

from telesurgery_arm.parameters import ArmsNodeParameters
from telesurgery_core.parameters import from_mapping


def test_the_configuration_files_are_a_valid_set(workspace):
    mapping = {}
    for name in ('arms_node.yaml', 'safety.yaml', 'authority.yaml'):
        text = (workspace / 'config' / name).read_text()
        mapping |= yaml.safe_load(text)['/**']['ros__parameters']
    assert from_mapping(ArmsNodeParameters, mapping, where='config') == ArmsNodeParameters()
