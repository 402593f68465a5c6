"""What accounts offer to choose from, as their main/data said it last."""

from collections.abc import Collection

from sqlalchemy import Connection, select, update

from intake.domain.catalogue import Catalogue
from intake.domain.place import Place
from intake.domain.site import Site
from intake.store.correction_models import catalogues
from intake.store.database import Database
from intake.store.schedule import insert_if_absent


def keep_catalogue(database: Database, crm: str, catalogue: Catalogue) -> None:
    """Keep what an account offers now."""
    columns = catalogues.c
    with database.write() as connection:
        values = {"data": catalogue.to_json(), "at": database.now(connection)}
        insert_if_absent(connection, catalogues, {"crm": crm, **values})
        connection.execute(update(catalogues).where(columns.crm == crm).values(values))


def read_catalogue(database: Database, crm: str) -> Catalogue | None:
    """Return what an account offers, None where it was never asked."""
    query = select(catalogues.c.data).where(catalogues.c.crm == crm)
    with database.read() as connection:
        data = connection.execute(query).scalar_one_or_none()
    return Catalogue.from_json(data) if isinstance(data, dict) else None


def places_of(connection: Connection, sites: Collection[Site]) -> dict[str, Place]:
    """Return each site, by its key, with what its account is known to offer."""
    columns = catalogues.c
    query = select(columns.crm, columns.data).where(columns.crm.in_({each.crm for each in sites}))
    known = {
        row.crm: Catalogue.from_json(row.data)
        for row in connection.execute(query)
        if isinstance(row.data, dict)
    }
    return {each.key: Place(each, known.get(each.crm, Catalogue())) for each in sites}
