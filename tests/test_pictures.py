"""Every legend is told where to stand.

Left to itself, Matplotlib looks for the freest place of the axes. That takes seconds where a
session's points are many, and then warns, sooner on a busy machine than on an idle one.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def legends_without_a_place(source: str) -> list[int]:
    """Return the lines of the calls of ``legend`` that name no ``loc``, or the search itself."""
    return [
        call.lineno
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == 'legend'
        and not any(
            keyword.arg == 'loc' and ast.unparse(keyword.value) not in ("'best'", '0')
            for keyword in call.keywords
        )
    ]


@pytest.mark.parametrize('folder', ['src', 'bench'])
def test_no_legend_looks_for_its_own_place(folder: str) -> None:
    found = [
        f'{path.relative_to(ROOT)}:{line}'
        for path in sorted((ROOT / folder).rglob('*.py'))
        for line in legends_without_a_place(path.read_text(encoding='utf-8'))
    ]
    assert not found


@pytest.mark.parametrize(
    ('call', 'lines'),
    [
        ('axes.legend(frameon=False)', [1]),
        ("axes.legend(loc='best')", [1]),
        ("axes.legend(loc='upper right')", []),
        ("legend('a function of our own')", []),
    ],
)
def test_a_legend_without_a_place_is_found(call: str, lines: list[int]) -> None:
    assert legends_without_a_place(call) == lines
