"""Every column of every table has a level, or says by its kind that it is about nobody. Source: R48."""
import pytest


@pytest.fixture(scope="module")
def tables(site_folder):
    from django.apps import apps
    return list(apps.get_app_config("store").get_models())


def test_every_column_has_a_level(tables):
    from sanyi.store.personal import unlabelled
    assert {table._meta.model_name: names for table in tables if (names := unlabelled(table))} == {}, "give them a level: personal(field, level)"


def test_free_text_and_whatever_is_of_a_person_is_never_open_for_its_kind(tables):
    """What people write has a level of its own in every table; a plan's words and codes are named one by one."""
    from django.db import models
    from sanyi.store.personal import CODES, OF_THE_WORK, about_somebody
    assert {"person", "contract", "referralpart", "dispensing", "carduse", "staff", "account"} <= about_somebody() and not {"institution", "ledger", "entryline"} & about_somebody()
    free = {(table._meta.model_name, field.name) for table in tables for field in table._meta.concrete_fields if isinstance(field, (models.TextField, models.JSONField)) and not hasattr(field, "level")}
    said = {(name, field) for name, field in free if field in CODES | OF_THE_WORK}
    assert not {field for _, field in said} & {"text", "note", "reason", "answer", "given", "name_key"}
    assert said == free and not {name for name, _ in said} & about_somebody(), said


def test_a_column_without_a_level_is_found_and_shown_to_nobody(tables, monkeypatch):
    """Planted in a table of persons: the schema test names it, and programs do not get it."""
    from django.db import models
    from sanyi.store import personal
    from sanyi.web.api.columns import IN_ONE, _shown

    class Planted(models.Model):
        person = models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="+")
        contract = models.ForeignKey("store.Contract", on_delete=models.PROTECT, related_name="+")
        name = models.CharField(max_length=10)
        on = models.DateField()
        created_at = models.DateTimeField()

        class Meta:
            app_label, managed = "planted", False

    about = personal.about_somebody() | {"planted"}
    monkeypatch.setattr(personal, "about_somebody", lambda: about)
    assert personal.unlabelled(Planted) == ["person", "name", "on"]
    assert _shown(Planted, Planted._meta.get_field("name")).level > IN_ONE
