"""What accounts offer to choose from, as their main/data said it last."""

from sqlalchemy import select, update

from intake.domain.catalogue import Catalogue
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
