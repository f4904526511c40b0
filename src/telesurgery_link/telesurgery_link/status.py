"""The link's report as ROS messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue

from telesurgery_link.diagnosis import Diagnosis
from telesurgery_link.report import LinkReport, PathReport
from telesurgery_link.samples import Percentiles
from telesurgery_msgs.msg import LinkStatus, PathStatus
from telesurgery_ros.conversions import header


def status_message(
    report: LinkReport,
    *,
    side: str,
    profiles: Mapping[str, str],
    window_s: float,
    clock_step_ns: int,
    refused: int,
    stamp_ns: int,
) -> LinkStatus:
    """Return the status message; ``profiles`` are those of the paths, by name."""
    return LinkStatus(
        header=header(stamp_ns),
        side=side,
        profile=', '.join(profiles.values()),
        connected=report.connected,
        sealed=report.sealed,
        window_s=window_s,
        **_percentiles('round_trip', report.round_trip_ms),
        jitter_ms=report.jitter_ms,
        loss_ratio=report.loss_ratio,
        frames_sent=report.frames_sent,
        frames_received=report.frames_received,
        frames_lost=report.frames_lost,
        frames_refused=refused,
        newest_age_ms=report.newest_age_ms,
        state=report.state.value,
        key_exchanges=report.key_exchanges,
        **_percentiles('one_way_in', report.one_way_in_ms),
        **_percentiles('one_way_out', report.one_way_out_ms),
        control_age_ms=report.control_age_ms,
        control_gap_max_ms=report.control_gap_max_ms,
        clock_offset_ms=report.clock.offset_ns / 1e6,
        clock_drift_ppm=report.clock.drift * 1e6,
        clock_uncertainty_ms=report.clock.uncertainty_ns / 1e6,
        clock_step_ms=clock_step_ns / 1e6,
        clock_restarts=report.clock_restarts,
        loss_bursts=report.bursts.count,
        loss_burst_mean=report.bursts.mean,
        loss_burst_max=report.bursts.longest,
        reordered_ratio=report.reordered_ratio,
        duplicate_ratio=report.duplicate_ratio,
        receive_hz=report.receive_hz,
        receive_mbit_s=report.receive_mbit_s,
        send_hz=report.send_hz,
        send_mbit_s=report.send_mbit_s,
        paths=[_path_message(path, profiles[path.name]) for path in report.paths],
    )


def diagnostics_message(
    findings: Sequence[Diagnosis], side: str, stamp_ns: int, namespace: str = ''
) -> DiagnosticArray:
    """Return the findings as ``/diagnostics`` wants them.

    ``namespace`` (``site/B/``) tells the gateways of one graph apart.
    """
    return DiagnosticArray(
        header=header(stamp_ns),
        status=[
            DiagnosticStatus(
                level=bytes([finding.level.value]),
                name=f'{namespace}link/{finding.name}',
                message=finding.message,
                hardware_id=f'gateway {side}',
                values=[KeyValue(key=key, value=value) for key, value in finding.values],
            )
            for finding in findings
        ],
    )


def _path_message(path: PathReport, profile: str) -> PathStatus:
    return PathStatus(
        name=path.name,
        profile=profile,
        alive=path.alive,
        carries_media=path.carries_media,
        **_percentiles('round_trip', path.round_trip_ms),
        jitter_ms=path.jitter_ms,
        loss_ratio=path.loss_ratio,
        receive_mbit_s=path.receive_mbit_s,
        send_mbit_s=path.send_mbit_s,
    )


def _percentiles(what: str, values: Percentiles) -> dict[str, float]:
    return dict(zip((f'{what}_p{share}_ms' for share in (50, 95, 99)), values, strict=True))
