"""Documents that are drawn from the code say what the code says."""

from pathlib import Path

from telesurgery_bringup.parameter_reference import reference


def test_the_parameter_reference_is_up_to_date(workspace: Path) -> None:
    written = (workspace / 'docs' / 'parameters.md').read_text(encoding='utf-8')
    assert written == reference(), (
        'write it anew: python -m telesurgery_bringup.parameter_reference docs/parameters.md'
    )
