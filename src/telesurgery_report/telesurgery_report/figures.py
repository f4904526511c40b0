"""The pictures of a report."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from telesurgery_report.analysis import Analysis
from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.frame_figure import draw_frame, representative
from telesurgery_report.latency_figure import draw_latency
from telesurgery_report.session import Session
from telesurgery_report.tip_figure import draw_tip_paths

PICTURED_ARMS = ('PSM1', 'PSM2')


def draw_all(session: Session, analysis: Analysis, link: str, folder: Path) -> dict[str, str]:
    """Write the pictures into ``folder`` and return, by file name, why any could not be drawn."""
    pictures: dict[str, Callable[[Path], None]] = {
        'endoscope.png': partial(
            _camera, session, analysis, 'endoscope', 'What the endoscope sees'
        ),
        'room.png': partial(_camera, session, analysis, 'room_camera', 'The operating room'),
        'tip_paths.png': partial(_tip_paths, session, analysis),
        'latency.png': partial(_latency, session, analysis, link),
    }
    reasons = {name: _attempt(draw, folder / name) for name, draw in pictures.items()}
    return {name: reason for name, reason in reasons.items() if reason}


def _attempt(draw: Callable[[Path], None], path: Path) -> str:
    path.unlink(missing_ok=True)  # a picture of an earlier report is not one of this session
    try:
        draw(path)
    except NotMeasuredError as reason:
        return str(reason)
    return ''


def _camera(session: Session, analysis: Analysis, name: str, text: str, path: Path) -> None:
    camera = session.cameras.get(name)
    if camera is None:
        raise NotMeasuredError(f'the bags have no compressed frame of {name}')
    index = representative(camera, analysis.tracking.values())
    draw_frame(camera, index, session.start_ns, text, path)


def _tip_paths(session: Session, analysis: Analysis, path: Path) -> None:
    tracking = {arm: analysis.tracking[arm] for arm in PICTURED_ARMS if arm in analysis.tracking}
    if not tracking:
        raise NotMeasuredError(analysis.missing[f'tracking.{PICTURED_ARMS[0]}'])
    draw_tip_paths(tracking, session.start_ns, path)


def _latency(session: Session, analysis: Analysis, link: str, path: Path) -> None:
    if analysis.latency is None:
        raise NotMeasuredError(analysis.missing['software_latency_ms'])
    relays = session.relay_passages.relays
    draw_latency(analysis.latency, analysis.relay_ms, relays, link, path)
