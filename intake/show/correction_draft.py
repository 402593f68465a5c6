"""A correction as it is being made."""

from dataclasses import dataclass

from intake.domain.site import Site
from intake.domain.standing import Standing
from intake.show.correction_choices import Choices
from intake.show.correction_form import Form
from intake.store.detail import SubmissionRecord


@dataclass(frozen=True, slots=True)
class Draft:
    """A correction as it is being made; `first` is what the form began with."""

    record: SubmissionRecord
    standing: Standing
    first: Form
    form: Form
    choices: Choices
    # Those of the site it would go to now, for the words of what was there.
    before: Choices

    @property
    def site(self) -> Site:
        """The site it is sent by."""
        return self.choices.site

    @property
    def changed(self) -> frozenset[str]:
        """The fields that were changed."""
        return self.form.changed(self.first)

    @property
    def moves(self) -> bool:
        """Whether it goes to another site than it would have."""
        return "site" in self.changed
