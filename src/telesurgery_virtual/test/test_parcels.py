import pytest

from telesurgery_virtual.parcels import Parcels


def test_a_parcel_has_the_size_of_the_message_and_gives_the_value_back() -> None:
    parcels: Parcels[str] = Parcels(size_bytes=100)
    payload = parcels.pack('value')
    assert len(payload) == 100
    assert parcels.open(payload) == 'value'
    assert parcels.open(payload) == 'value'


def test_old_parcels_are_forgotten() -> None:
    parcels: Parcels[int] = Parcels(size_bytes=8, kept=2)
    first, second, third = (parcels.pack(number) for number in range(3))
    with pytest.raises(KeyError):
        parcels.open(first)
    assert (parcels.open(second), parcels.open(third)) == (1, 2)
