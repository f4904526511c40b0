"""The matrix: every case once."""

from __future__ import annotations

from faults_study.case import Case, Expected
from faults_study.link_cases import LINK_CASES
from faults_study.process_cases import PROCESS_CASES
from faults_study.side_cases import SIDE_CASES

__all__ = ['CASES', 'Case', 'Expected']

CASES: tuple[Case, ...] = (*LINK_CASES, *SIDE_CASES, *PROCESS_CASES)
