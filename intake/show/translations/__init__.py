"""The English of the log: one catalogue, `en/LC_MESSAGES/messages.po`, and nothing compiled.

The Russian text is the key. ``make translations`` gathers the texts of the source into the
catalogue; whoever translates fills in what is empty there. The catalogue itself is read when
the service starts: there is no second file that could say something else.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGE = "en"
CATALOGUE = Path(__file__).parent / LANGUAGE / "LC_MESSAGES" / "messages.po"


@cache
def read_catalogue(path: Path = CATALOGUE) -> Catalog:
    """Return the catalogue as it stands in its file."""
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


@cache
def translations() -> Translations:
    """Return the catalogue as `gettext` wants it; what is empty or fuzzy stays Russian."""
    compiled = BytesIO()
    write_mo(compiled, read_catalogue())
    compiled.seek(0)
    return Translations(compiled)
