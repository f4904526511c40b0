"""Two sealed gateways in virtual time: they agree on keys, renew them, and take nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_world import (
    KEY,
    LATEST,
    MS,
    ORDERED,
    OTHER_KEY,
    RINGS,
    STATE,
    Keyring,
    S,
    World,
    impairment,
    numbered,
)

from telesurgery_link import datagrams, frames, handshake
from telesurgery_link.channels import Side
from telesurgery_link.credentials import credential
from telesurgery_link.datagrams import Kind
from telesurgery_link.errors import Refusal, RefusedFrameError
from telesurgery_link.exchange import MOST_PROOFS, PERIOD_NS
from telesurgery_link.frames import Frame, Ping
from telesurgery_link.handshake import Hello
from telesurgery_link.novelty import MEMORY
from telesurgery_link.protection import Protection, Unprotected
from telesurgery_link.sealing import Sealer
from telesurgery_link.state import LinkState
from telesurgery_link.virtual import MAIN


@pytest.fixture(params=list(RINGS))
def ring(request: pytest.FixtureRequest) -> Keyring:
    """Matching keys of either kind."""
    return Keyring(RINGS[request.param])


def connected(world: World) -> bool:
    return all(end.report(world.now_ns).connected for end in world.link.ends.values())


def overheard(world: World, kinds: set[Kind]) -> list[tuple[Side, bytes]]:
    """Return what passed between the two of these kinds, with its receiver."""
    return [(to, data) for to, data in world.link.wire if datagrams.parse(data).kind in kinds]


@pytest.mark.parametrize('base_delay_ms', [0.0, 67.0, 400.0])
def test_a_sealed_link_carries_what_an_insecure_one_does(
    ring: Keyring, base_delay_ms: float
) -> None:
    world = World(base_delay_ms=base_delay_ms, protect=ring)
    world.run(3 * S)
    sent = numbered(20)
    for payload in sent:
        world.send(LATEST, payload)
        world.send(ORDERED, payload)
        world.send(STATE, payload)
        world.run(20 * MS)
    world.run(3 * S)
    assert world.came(LATEST) == world.came(ORDERED) == world.came(STATE) == sent
    # Over a long path knocks and replies come when what they are about is settled.
    assert set(world.surgeon.refused) | set(world.patient.refused) <= {Refusal.STALE}


@pytest.mark.parametrize('seed', range(5))
def test_two_sides_agree_within_a_period_and_two_round_trips(ring: Keyring, seed: int) -> None:
    world = World(seed, base_delay_ms=50.0, protect=ring)
    world.run_until(lambda: connected(world), limit_ns=PERIOD_NS + 200 * MS)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(list(RINGS)))
def test_they_agree_where_half_of_all_datagrams_are_lost(seed: int, kind: str) -> None:
    world = World(seed, base_delay_ms=30.0, loss=0.5, protect=Keyring(RINGS[kind]))
    world.send(ORDERED, b'once')
    world.run_until(lambda: world.came(ORDERED) == [b'once'], limit_ns=60 * S)
    world.run(2 * S)
    assert world.came(ORDERED) == [b'once']


def test_nothing_that_is_sent_can_be_read_on_the_way(ring: Keyring) -> None:
    world = World(protect=ring)
    world.run(1 * S)
    secret = b'the surgeon moves her hand'
    world.send(LATEST, secret)
    world.run(100 * MS)
    assert world.came(LATEST) == [secret]
    assert world.link.wire
    assert all(secret not in data for _, data in world.link.wire)
    assert all(datagrams.parse(data).kind is not Kind.OPEN for _, data in world.link.wire)


def test_keys_are_renewed_without_losing_a_frame(ring: Keyring) -> None:
    world = World(base_delay_ms=67.0, protect=Keyring(ring.keys, rekey_ns=1 * S))
    world.run(2 * S)
    sent = numbered(1000)
    for payload in sent:
        world.send(LATEST, payload)
        world.run(10 * MS)
    world.run(1 * S)
    assert world.came(LATEST) == sent
    assert world.surgeon.report(world.now_ns).key_exchanges >= 8
    assert world.patient.report(world.now_ns).key_exchanges >= 8


def test_keys_are_renewed_by_their_use(ring: Keyring) -> None:
    world = World(protect=Keyring(ring.keys, rekey_count=100))
    world.run(1 * S)
    before = world.surgeon.report(world.now_ns).key_exchanges
    for payload in numbered(500):
        world.send(LATEST, payload)
        world.run(10 * MS)
    assert world.surgeon.report(world.now_ns).key_exchanges >= before + 4


def test_a_key_far_too_old_is_used_no_more(ring: Keyring) -> None:
    world = World(protect=Keyring(ring.keys, rekey_ns=1 * S))
    world.run(500 * MS)
    for end in world.link.ends.values():
        end.routes[MAIN].path.impairment = impairment(loss=1.0)
    world.run(10 * S)
    assert world.surgeon.protection.protect(0, b'', world.now_ns) is None
    assert world.patient.protection.protect(0, b'', world.now_ns) is None
    for end in world.link.ends.values():
        end.routes[MAIN].path.impairment = impairment()
    world.run_until(lambda: connected(world), limit_ns=1 * S)


@pytest.mark.parametrize('restarted', list(Side))
def test_a_side_that_starts_anew_is_taken_up_again(ring: Keyring, restarted: Side) -> None:
    world = World(base_delay_ms=20.0, protect=ring)
    world.run(1 * S)
    world.send(ORDERED, b'before')
    world.run(1 * S)
    world.link.restart(restarted, world.now_ns)
    world.run(1500 * MS)
    assert connected(world)
    world.send(ORDERED, b'after')
    world.run(1 * S)
    assert world.came(ORDERED) == [b'before', b'after']


def test_other_keys_are_told_on_both_sides_and_let_nothing_through(ring: Keyring) -> None:
    wrong = Keyring({**ring.keys, Side.SURGEON: OTHER_KEY})
    world = World(protect=wrong)
    world.send(LATEST, b'x')
    world.run(3 * S)
    assert world.came(LATEST) == []
    for end in world.link.ends.values():
        assert end.report(world.now_ns).state is LinkState.OTHER_KEYS
        assert end.report(world.now_ns).key_exchanges == 0


@pytest.mark.parametrize('insecure', list(Side))
def test_a_sealed_and_an_insecure_side_tell_one_another(ring: Keyring, insecure: Side) -> None:
    def protect(side: Side, session: int, now_ns: int) -> Protection:
        return Unprotected() if side is insecure else ring(side, session, now_ns)

    world = World(protect=protect)
    world.run(1 * S)
    sealed_end, open_end = world.link.ends[insecure.other], world.link.ends[insecure]
    assert sealed_end.report(world.now_ns).state is LinkState.PEER_INSECURE
    assert open_end.report(world.now_ns).state is LinkState.PEER_SEALED


def test_a_stranger_gets_no_answer(ring: Keyring) -> None:
    world = World(protect=ring)
    patient = world.patient
    for number in range(200):
        world.now_ns += MS
        before = [data for _, data in patient.datagrams_to_send(world.now_ns)]
        patient.receive_datagram(bytes([number % 256]) * 60, world.now_ns)
        body = bytes([number % 256]) * 88
        for kind in Kind:
            patient.receive_datagram(datagrams.compose(kind, body), world.now_ns)
        # Knocks go by the gateway's own clock: nothing is due at the very moment.
        assert patient.datagrams_to_send(world.now_ns) == []
        assert all(datagrams.parse(data).kind is Kind.KNOCK for data in before)


def test_a_recorded_exchange_played_back_changes_nothing(ring: Keyring) -> None:
    world = World(protect=ring)
    world.run(2 * S)
    for payload in numbered(20):
        world.send(LATEST, payload)
        world.run(10 * MS)
    recorded = list(world.link.wire)
    came = world.came(LATEST)
    exchanges = [end.protection.exchanges for end in world.link.ends.values()]
    for to, data in recorded:
        refused = world.link.ends[to].refused.total()
        world.link.ends[to].receive_datagram(data, world.now_ns)
        assert world.link.ends[to].refused.total() == refused + 1
    world.run(1 * S)
    assert world.came(LATEST) == came
    assert exchanges == [end.protection.exchanges for end in world.link.ends.values()]
    assert connected(world)


def test_a_hello_recorded_against_another_process_is_not_answered(ring: Keyring) -> None:
    world = World(protect=ring)
    world.run(1 * S)
    hellos = [data for _, data in overheard(world, {Kind.HELLO})]
    assert hellos
    world.link.restart(Side.PATIENT, world.now_ns)
    fresh = world.patient
    fresh.datagrams_to_send(world.now_ns)
    for hello in hellos:
        fresh.receive_datagram(hello, world.now_ns)
    assert fresh.refused[Refusal.STALE] == len(hellos)
    assert fresh.datagrams_to_send(world.now_ns) == []


def test_an_old_knock_played_into_a_silence_does_not_stop_the_renewal(ring: Keyring) -> None:
    world = World(protect=Keyring(ring.keys, rekey_ns=1 * S))
    world.run(1 * S)
    (_, old_knock), *_ = (
        (to, data) for to, data in overheard(world, {Kind.KNOCK}) if to is Side.SURGEON
    )
    world.link.restart(Side.PATIENT, world.now_ns)
    world.run(2 * S)
    for end in world.link.ends.values():
        end.routes[MAIN].path.impairment = impairment(loss=1.0)
    world.run(600 * MS)
    world.surgeon.receive_datagram(old_knock, world.now_ns)
    for end in world.link.ends.values():
        end.routes[MAIN].path.impairment = impairment()
    world.run(1 * S)
    before = world.surgeon.protection.exchanges
    world.run(5 * S)
    assert connected(world)
    assert world.surgeon.protection.exchanges >= before + 4


def test_full_proofs_are_rationed() -> None:
    keys = RINGS['identities']
    world = World(protect=Keyring(keys))
    world.run(1 * S)
    credentials = credential(keys[Side.SURGEON], Side.SURGEON)
    for attempt in range(1000, 1100):
        message = Hello(world.surgeon.session, world.patient.session, attempt, bytes(32))
        forged = bytearray(handshake.hello(message, credentials))
        forged[-1] ^= 1  # passes the gate, but not the proof
        world.patient.receive_datagram(bytes(forged), world.now_ns)
    assert world.patient.refused[Refusal.FORGED] <= MOST_PROOFS
    assert world.patient.refused[Refusal.BUSY] >= 100 - MOST_PROOFS


def test_two_of_the_same_side_notice(ring: Keyring) -> None:
    one = Keyring(dict.fromkeys(Side, KEY))
    surgeon, twin = (one(Side.SURGEON, number, 0) for number in (1, 2))
    (knock,) = twin.datagrams_to_send(0)
    with pytest.raises(RefusedFrameError) as refusal:
        surgeon.open(datagrams.parse(knock), 0)
    assert refusal.value.reason is Refusal.SAME_SIDE


def test_what_is_sealed_opens_once_and_not_after_the_window(ring: Keyring) -> None:
    world = World(protect=ring)
    world.run(1 * S)
    surgeon, patient = world.surgeon.protection, world.patient.protection
    frame = frames.encode(Frame(world.surgeon.session, 1, 0, Ping()))

    def sealed() -> datagrams.Datagram:
        data = surgeon.protect(0, frame, world.now_ns)
        assert data is not None
        return datagrams.parse(data)

    early, made = sealed(), [sealed() for _ in range(MEMORY)]
    for datagram in reversed(made):
        opened = patient.open(datagram, world.now_ns)
        assert opened is not None
        assert opened[1] == frame
    for datagram in (early, made[0], made[-1]):
        with pytest.raises(RefusedFrameError) as refusal:
            patient.open(datagram, world.now_ns)
        assert refusal.value.reason is Refusal.REPEATED


def test_a_frame_of_another_session_is_refused_however_well_it_is_sealed(ring: Keyring) -> None:
    world = World(protect=ring)
    world.run(1 * S)
    frame = frames.encode(Frame(world.surgeon.session + 100, 1, 0, Ping()))
    data = world.surgeon.protection.protect(0, frame, world.now_ns)
    assert data is not None
    world.patient.receive_datagram(data, world.now_ns)
    assert world.patient.refused[Refusal.MALFORMED] == 1
    assert world.patient.peer.session == world.surgeon.session


def test_a_nonce_never_repeats() -> None:
    sealer = Sealer(bytes(32), 1)
    sealer.seal(0, 5, b'')
    sealer.seal(1, 5, b'')
    with pytest.raises(ValueError, match='nonce'):
        sealer.seal(0, 5, b'')
    with pytest.raises(ValueError, match='nonce'):
        sealer.seal(0, 4, b'')


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_of_what_was_damaged_forged_or_cut_nothing_is_taken(data: st.DataObject) -> None:
    world = World(protect=Keyring(RINGS['pre-shared']))
    world.run(1 * S)
    world.send(LATEST, b'good')
    world.run(50 * MS)
    good = [d for to, d in overheard(world, {Kind.SEALED}) if to is Side.PATIENT]
    for _ in range(30):
        bogus = bytearray(data.draw(st.sampled_from(good)))
        if data.draw(st.booleans()):
            bogus = bogus[: data.draw(st.integers(0, len(bogus) - 1))]
        else:
            bogus[data.draw(st.integers(0, len(bogus) - 1))] ^= data.draw(st.integers(1, 255))
        refused = world.patient.refused.total()
        world.patient.receive_datagram(bytes(bogus), world.now_ns)
        assert world.patient.refused.total() == refused + 1
        assert world.patient.deliveries() == []
    world.send(LATEST, b'still good')
    world.run(50 * MS)
    assert world.came(LATEST) == [b'good', b'still good']
