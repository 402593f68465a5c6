"""Where a telephone number belongs: a landline by its code, a mobile one by its registration."""

from dataclasses import dataclass

from intake.domain.lead import Phone
from intake.normalise.numbering import region_of_number
from intake.normalise.places import CITIES, INSIDE
from intake.normalise.sources import Sources

_MOBILE = "79"


@dataclass(frozen=True, slots=True)
class PhonePlace:
    """The codes of the region of a number: one, or two where it is registered for both.

    A `mobile` number is used anywhere; its region is where it was registered.
    """

    codes: tuple[str, ...] = ()
    mobile: bool = False

    @property
    def outer(self) -> str | None:
        """The region, of two the one round the other: its towns are the more."""
        rounds = [code for code in self.codes if code not in INSIDE]
        return next(iter(rounds or self.codes), None)

    def choose(self, witness: str | None) -> str | None:
        """Return the region: of two the one that `witness` names, or else the city."""
        if witness in self.codes:
            return witness
        cities = [code for code in self.codes if code in CITIES]
        return cities[0] if cities else self.outer

    def agrees(self, code: str) -> bool:
        """Whether a region is, or lies in or round, one of the number's."""
        return any(
            code == own or INSIDE.get(code) == own or INSIDE.get(own) == code for own in self.codes
        )


NOWHERE = PhonePlace()


def place_of_phone(phone: Phone | None, sources: Sources) -> PhonePlace:
    """Return where a number belongs; nowhere where it is doubtful, toll-free or not known."""
    if phone is None or not phone.valid:
        return NOWHERE
    if code := region_of_number(phone.value):
        return PhonePlace((code,))
    return PhonePlace(sources.numbering(phone.value), mobile=phone.value.startswith(_MOBILE))
