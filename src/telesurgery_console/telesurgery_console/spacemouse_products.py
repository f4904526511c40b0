"""The six-axis devices of 3Dconnexion: vendor and product ids, names, what is on their buttons.

Facts from public sources: vendor and product ids as the projects spacenavd (``src/dev.c``) and
nytamin/spacemouse (``packages/core/src/products.ts``) list them, the bits of the buttons as
PySpaceMouse (``devices.toml``) lists them. Ids below the vendor 0x046d (Logitech, which owned
3Dconnexion) count only if they are listed: that vendor makes ordinary mice, too.
"""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_console.mapping import ButtonLayout

LOGITECH, CONNEXION = 0x046D, 0x256F
MULTI_AXIS = (0x01, 0x08)
"""HID usage page and usage of a multi-axis controller."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product: its name and the layout of its buttons."""

    name: str
    layout: ButtonLayout


_TWO, _PRO, _NUMBERED = ButtonLayout.TWO_BUTTONS, ButtonLayout.PRO, ButtonLayout.NUMBERED
PRODUCTS = {
    (LOGITECH, 0xC603): Product('SpaceMouse Plus XT', _NUMBERED),
    (LOGITECH, 0xC605): Product('CadMan', _NUMBERED),
    (LOGITECH, 0xC606): Product('SpaceMouse Classic', _NUMBERED),
    (LOGITECH, 0xC621): Product('Spaceball 5000', _NUMBERED),
    (LOGITECH, 0xC623): Product('SpaceTraveler', _NUMBERED),
    (LOGITECH, 0xC625): Product('SpacePilot', _NUMBERED),
    (LOGITECH, 0xC626): Product('SpaceNavigator', _TWO),
    (LOGITECH, 0xC627): Product('SpaceExplorer', _NUMBERED),
    (LOGITECH, 0xC628): Product('SpaceNavigator for Notebooks', _TWO),
    (LOGITECH, 0xC629): Product('SpacePilot Pro', _NUMBERED),
    (LOGITECH, 0xC62B): Product('SpaceMouse Pro', _PRO),
    (CONNEXION, 0xC62E): Product('SpaceMouse Wireless (cable)', _TWO),
    (CONNEXION, 0xC62F): Product('SpaceMouse Wireless receiver', _TWO),
    (CONNEXION, 0xC631): Product('SpaceMouse Pro Wireless (cable)', _PRO),
    (CONNEXION, 0xC632): Product('SpaceMouse Pro Wireless receiver', _PRO),
    (CONNEXION, 0xC633): Product('SpaceMouse Enterprise', _PRO),
    (CONNEXION, 0xC635): Product('SpaceMouse Compact', _TWO),
    (CONNEXION, 0xC636): Product('SpaceMouse Module', _TWO),
    (CONNEXION, 0xC638): Product('SpaceMouse Pro Wireless (Bluetooth)', _PRO),
    (CONNEXION, 0xC63A): Product('SpaceMouse Wireless (Bluetooth)', _TWO),
    (CONNEXION, 0xC641): Product('SpaceMouse Module USB', _TWO),
    (CONNEXION, 0xC652): Product('Universal Receiver', _PRO),
    (CONNEXION, 0xC65A): Product('Universal Receiver 2', _PRO),
    (CONNEXION, 0xC65C): Product('Universal Receiver 2', _PRO),
}
"""By vendor and product id."""

_BITS = {
    ButtonLayout.TWO_BUTTONS: {0: 'left', 1: 'right'},
    ButtonLayout.PRO: {
        0: 'menu', 1: 'fit', 2: 'top', 4: 'side', 5: 'front', 8: 'roll', 10: 'iso',
        **{11 + number: f'key{number}' for number in range(1, 11)},
        22: 'esc', 23: 'alt', 24: 'shift', 25: 'ctrl', 26: 'lock',
    },
    ButtonLayout.NUMBERED: {},
}  # fmt: skip


def product_of(vendor: int, product: int, usage: tuple[int, int] = (0, 0)) -> Product | None:
    """Return what a HID device is, or None if it has no cap.

    A product that is not listed is one if 3Dconnexion made it and it says that it has many axes.
    """
    known = PRODUCTS.get((vendor, product))
    if known is None and vendor == CONNEXION and usage == MULTI_AXIS:
        return Product(f'3Dconnexion device {product:04x}', ButtonLayout.NUMBERED)
    return known


def button_name(bit: int, layout: ButtonLayout) -> str:
    """Return the name of the button that sets ``bit``, counted from 0."""
    return _BITS[layout].get(bit, f'button{bit}')


def button_names(layout: ButtonLayout) -> tuple[str, ...]:
    """Return the names that a layout knows."""
    return tuple(_BITS[layout].values())
