"""The runs of the campaign in a file, one JSON object a line."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

from faults_study.measures import ArmMotion
from faults_study.virtual import Finding


def append(path: Path, finding: Finding) -> None:
    """Add a run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fields = dataclasses.asdict(finding)
    if math.isnan(finding.overdue_s):
        fields['overdue_s'] = None
    with path.open('a', encoding='utf-8') as file:
        file.write(json.dumps(fields, allow_nan=False) + '\n')


def read(path: Path) -> list[Finding]:
    """Return all runs, in the order in which they were made; none without the file."""
    if not path.exists():
        return []
    findings = []
    for line in path.read_text(encoding='utf-8').splitlines():
        fields = json.loads(line)
        arms = {name: ArmMotion(**arm) for name, arm in fields.pop('arms').items()}
        overdue_s = fields.pop('overdue_s')
        findings.append(
            Finding(arms=arms, overdue_s=math.nan if overdue_s is None else overdue_s, **fields)
        )
    return findings
