"""Pictures of the way between the sides: delays, gaps, round trips."""

from __future__ import annotations

import math

import numpy as np

from telesurgery_report.review.network import AGE_LIMIT_MS, GAP_LIMIT_MS
from telesurgery_report.review.picture import WIDTH_IN, Picture, limit_line, points, say, thin
from telesurgery_report.review.review import Review
from telesurgery_report.review.state_picture import STATE_COLOURS
from telesurgery_report.session import NS_PER_S
from telesurgery_report.style import INJECTED, MEASURED, RELAYS, SOFTWARE, new_figure, plain

STAGES = {
    'before_link_ms': ('console and motion', SOFTWARE),
    'link_ms': ('gateways', RELAYS),
    'after_link_ms': ('arms, up to the simulator', INJECTED),
}


def delays_over_time(review: Review) -> Picture | None:
    """Draw the delays of the commands, one by one. None: nothing to show."""
    network = review.network
    if not network.one_way_ms.size:
        return None
    figure = new_figure(WIDTH_IN, 2.7)
    axes = plain(figure.add_subplot())
    order = np.argsort(network.sent_s, kind='stable')
    points(axes, network.sent_s[order], network.one_way_ms[order], SOFTWARE, 'on the link')
    latency = review.evidence.analysis.latency
    if latency is not None:
        t = (latency.stamp_ns - review.evidence.session.start_ns) / NS_PER_S
        points(axes, t, latency.total_ms, MEASURED, "from the masters' stamp to the simulator")
    limit_line(axes, AGE_LIMIT_MS, 'not followed beyond', float(network.one_way_ms.max()))
    for hold in review.holds:
        at = (hold.start_ns - review.evidence.session.start_ns) / NS_PER_S
        axes.axvspan(at, at + hold.seconds, color=STATE_COLOURS['hold'], alpha=0.15, linewidth=0)
    axes.set(xlabel='time in the session [s]', ylabel='delay [ms]')
    axes.set_ylim(0.0, 1.35 * axes.get_ylim()[1])
    axes.legend(frameon=False, fontsize=8.5, markerscale=3.0, loc='upper right')
    return Picture(
        'Delay of the commands over time',
        f'n = {network.one_way_ms.size} commands; shaded: at least one arm on hold.',
        figure,
    )


def delays(review: Review) -> Picture | None:
    """Draw how delays are spread, and what each stage adds. None: nothing to show."""
    latency, network = review.evidence.analysis.latency, review.network
    if not network.one_way_ms.size:
        return None
    figure = new_figure(WIDTH_IN, 2.9)
    whole, stages = figure.subplots(1, 2)
    plain(whole)
    values = latency.total_ms if latency is not None else network.one_way_ms
    for name, data, colour in (
        ('injected on purpose', network.injected_ms, INJECTED),
        ('on the link', network.one_way_ms, SOFTWARE),
        ('whole way', values, MEASURED),
    ):
        data = np.sort(data)
        share = 100.0 * (1.0 - np.arange(data.size) / data.size)
        whole.step(thin(data), thin(share), where='post', color=colour, label=name)
    whole.set_yscale('log')
    whole.set(xlabel='delay [ms]', ylabel='commands that take longer [%]')
    whole.legend(loc='upper right', frameon=False, fontsize=8.5)
    plain(stages)
    if latency is not None:
        parts = {text: (getattr(latency, name), colour) for name, (text, colour) in STAGES.items()}
        for row, (_text, (data, colour)) in enumerate(parts.items()):
            low, middle, high = np.percentile(data, (5.0, 50.0, 99.0))
            stages.barh(row, middle, color=colour, height=0.55)
            stages.plot([low, high], [row, row], color=MEASURED, linewidth=1.2)
        stages.set_yticks(range(len(parts)), list(parts))
        stages.invert_yaxis()
        stages.set_xlabel('software [ms]; bar: median, line: 5 % to 99 %')
        stages.grid(axis='y', visible=False)
    else:
        say(stages, 'stages not measured: no trace of commands and targets')
    return Picture(
        'Delay: how it is spread, and where it arises',
        f'n = {values.size} commands. Left: the share that takes longer than a delay. Right: what '
        'the software adds to the injected delay, stage by stage.',
        figure,
    )


def gaps(review: Review) -> Picture | None:
    """Draw the time between arrivals. None: nothing to show."""
    network = review.network
    if not network.gap_ms.size:
        return None
    figure = new_figure(WIDTH_IN, 2.3)
    axes = plain(figure.add_subplot())
    points(axes, network.gap_s, network.gap_ms, SOFTWARE, 'time since the command before')
    axes.set_yscale('log')
    limit_line(axes, GAP_LIMIT_MS, 'hold beyond', math.inf)
    axes.set(xlabel='time in the session [s]', ylabel='gap [ms]')
    return Picture(
        'Gaps between arrivals at the arms',
        f'n = {network.gap_ms.size} gaps, {network.long_gaps} of them beyond the limit of '
        f'{GAP_LIMIT_MS:.0f} ms after which the supervisor puts the arms on hold.',
        figure,
    )


def round_trips(review: Review) -> Picture | None:
    """Draw what the gateways measured. None: nothing to show."""
    links = review.evidence.links
    if not any(np.isfinite(link.round_trip_p50_ms).any() for link in links.values()):
        return None
    start = review.evidence.session.start_ns
    figure = new_figure(WIDTH_IN, 2.5)
    trips, losses = figure.subplots(1, 2)
    count = 0
    for (side, link), colour in zip(links.items(), (SOFTWARE, RELAYS), strict=False):
        t = (link.stamp_ns - start) / NS_PER_S
        count += len(t)
        trips.plot(t, link.round_trip_p50_ms, color=colour, label=f'{side}: median')
        trips.plot(t, link.round_trip_p99_ms, ':', color=colour, label=f'{side}: 99 %')
        losses.plot(t, 100.0 * link.loss_ratio, color=colour, label=f'to {side}')
    plain(trips).set(xlabel='time in the session [s]', ylabel='round trip [ms]')
    plain(losses).set(xlabel='time in the session [s]', ylabel='frames lost [%]')
    for axes in (trips, losses):  # room for the legend above the lines
        axes.set_ylim(0.0, 1.35 * axes.get_ylim()[1])
    trips.legend(loc='upper right', ncols=2, frameon=False, fontsize=8.5)
    losses.legend(loc='upper right', frameon=False, fontsize=8.5)
    return Picture(
        'The link as the gateways measured it',
        f'n = {count} reports, each over the ten seconds before it.',
        figure,
    )
