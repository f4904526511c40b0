"""From the evidence of a run to the files of its report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from telesurgery_qualify.document import document
from telesurgery_qualify.errors import QualifyError
from telesurgery_qualify.evidence import Evidence
from telesurgery_qualify.finding import Finding
from telesurgery_qualify.judgement import judge
from telesurgery_qualify.measurement import measure
from telesurgery_qualify.record import record
from telesurgery_qualify.verdict import Verdict, conclude

PAGE = 'report.html'
RECORD = 'report.json'


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, and where it stands."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    page: Path


def write_report(evidence: Evidence, folder: Path) -> Report:
    """Judge a run and write ``report.html`` and ``report.json``; QualifyError when it cannot."""
    measurement = measure(evidence)
    findings = judge(measurement)
    verdict = conclude(measurement, findings)
    page = folder / PAGE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        page.write_text(document(measurement, findings, verdict), encoding='utf-8')
        (folder / RECORD).write_text(record(measurement, findings, verdict), encoding='utf-8')
    except OSError as error:
        raise QualifyError(
            f'folder {str(folder)!r} cannot be written ({error.strerror}); allowed: a folder with '
            'room; give another --output'
        ) from None
    return Report(verdict, findings, page)
