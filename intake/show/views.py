"""Keeping a view of the list: its filter under a name, and the columns a person wants."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.show.language import _
from intake.show.list_parts import COLUMNS_CHOICE, OPTIONAL_COLUMNS, ListParts, own_views
from intake.store.database import Database
from intake.store.views import (
    LONGEST_NAME,
    MOST_VIEWS,
    delete_view,
    rename_view,
    save_view,
    write_choice,
)

NO_NAME = "Назовите вид: по имени вы его потом найдёте."
NO_FILTER = "Сначала отберите заявки: вид хранит условия отбора."


class ViewPages:
    """A person's own views of the list."""

    def __init__(self, database: Database, parts: ListParts) -> None:
        self._database = database
        self._parts = parts

    def manage(self) -> ResponseReturnValue:
        """Show a person's views, to be renamed and forgotten; or keep a new one."""
        if request.method == "POST":
            return self._save()
        views = own_views(self._database)
        return render_template("show/views.html", views=views, longest=LONGEST_NAME)

    def change(self, view_id: int) -> ResponseReturnValue:
        """Rename a view or forget it."""
        if request.method != "POST":
            return redirect(url_for(".views"))
        if request.form.get("action") == "delete":
            delete_view(self._database, g.user.id, view_id)
            flash(_("Вид удалён."))
        elif not (name := _name()):
            flash(_(NO_NAME))
        elif not rename_view(self._database, g.user.id, view_id, name):
            flash(_("Вид «%(name)s» уже есть: выберите другое имя.", name=name))
        return redirect(url_for(".views"), 303)

    def columns(self) -> ResponseReturnValue:
        """Remember which columns a person wants."""
        if request.method != "POST":
            return redirect(url_for(".list"))
        wanted = [name for name in OPTIONAL_COLUMNS if name in request.form.getlist("column")]
        write_choice(self._database, g.user.id, COLUMNS_CHOICE, [*wanted])
        return self._back()

    def _save(self) -> ResponseReturnValue:
        query = self._parts.kept_query(request.form)
        if not query:
            flash(_(NO_FILTER))
        elif not (name := _name()):
            flash(_(NO_NAME))
        elif not save_view(self._database, g.user.id, name, query):
            flash(_("Видов уже %(most)s: удалите лишние, и место найдётся.", most=MOST_VIEWS))
        return self._back()

    def _back(self) -> ResponseReturnValue:
        query = self._parts.kept_query(request.form)
        return redirect(url_for(".list") + (f"?{query}" if query else ""), 303)


def _name() -> str:
    typed = request.form.get("name", "")
    if len(typed) > 10 * LONGEST_NAME:
        abort(400, "form")
    return "".join(sign for sign in typed if sign.isprintable()).strip()[:LONGEST_NAME]
