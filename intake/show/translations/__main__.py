"""``make translations``: gather the texts of the source into the catalogue.

What is translated stays so, what is new stands there empty, what the source no longer says
is taken out.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from intake.show.translations import CATALOGUE, LANGUAGE, read_catalogue
from intake.show.translations.sources import Fault, Text, gather

_HEADER = "# English of the submission log. How it is made: docs/translations.md"


def main() -> int:
    """Write the catalogue anew; 1 where something is left to do for a person."""
    texts, faults = gather()
    known = read_catalogue() if CATALOGUE.exists() else Catalog(LANGUAGE)
    catalogue = updated(known, texts)
    write(catalogue, CATALOGUE)
    empty = [str(each.id) for each in catalogue if each.id and not is_translated(each.string)]
    report(faults, empty)
    return 1 if faults or empty else 0


def updated(known: Catalog, texts: Iterable[Text]) -> Catalog:
    """Return a catalogue of these texts with the translations that are known."""
    catalogue = Catalog(LANGUAGE, header_comment=_HEADER, project="envybox-intake", version="1")
    catalogue.creation_date = known.creation_date
    catalogue.revision_date = known.revision_date
    for text in texts:
        key = text.one if text.many is None else (text.one, text.many)
        before = known.get(text.one)
        same = before is not None and before.id == key
        catalogue.add(
            key,
            before.string if before and same else None,
            locations=[(text.path, 0)],
            user_comments=before.user_comments if before and same else (),
        )
    return catalogue


def write(catalogue: Catalog, path: Path) -> None:
    """Write the catalogue; without numbers of lines, which change with every edit."""
    with path.open("wb") as file:
        write_po(file, catalogue, width=96, ignore_obsolete=True, include_lineno=False)


def is_translated(string: object) -> bool:
    """Whether a text, or each form of a counted one, has its English."""
    forms = string if isinstance(string, list | tuple) else [string]
    return all(forms)


def report(faults: Iterable[Fault], empty: Iterable[str]) -> None:
    """Tell what is left to do."""
    for fault in faults:
        sys.stderr.write(f"{fault.path}:{fault.line}: {fault.text!r}: {fault.why}\n")
    for text in empty:
        sys.stderr.write(f"no English yet: {text!r}\n")


if __name__ == "__main__":
    sys.exit(main())
