"""The tables of a studio: one for each family, keys and indexes, nothing left out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from ftrack_embedded.model import Column, Inverse, Reference, Through, load_model
from ftrack_embedded.model.tables import metadata_for


@pytest.fixture(scope="module")
def model():
    return load_model()


@pytest.fixture(scope="module")
def metadata(model):
    return metadata_for(model)


@pytest.fixture
def connection(metadata):
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_the_tables_can_be_made(connection, metadata):
    assert set(sa.inspect(connection).get_table_names()) == set(metadata.tables)


def test_every_family_has_one_table(model, metadata):
    assert {one.table for one in model.types.values()} <= set(metadata.tables)
    assert {"context_scope", "configuration_security_role", "api_key", "studio"} <= set(
        metadata.tables
    )


def test_every_stored_attribute_has_its_column(model, metadata):
    for entity_type in model.types.values():
        columns = set(metadata.tables[entity_type.table].c.keys())
        for attribute in entity_type.attributes.values():
            if isinstance(attribute.storage, Column):
                assert attribute.storage.name in columns
            elif isinstance(attribute.storage, Reference):
                assert attribute.storage.column in columns


def test_every_collection_finds_its_columns(model, metadata):
    for entity_type in model.types.values():
        for attribute in entity_type.attributes.values():
            storage = attribute.storage
            if isinstance(storage, Inverse):
                columns = metadata.tables[model.types[storage.target].table].c
                assert {storage.column, *dict(storage.where)} <= set(columns.keys())
            elif isinstance(storage, Through):
                link = model.types[storage.link].table if storage.link in model.types else ""
                columns = metadata.tables[link or storage.link].c
                assert {storage.near, storage.far, *dict(storage.where)} <= set(columns.keys())


def test_the_primary_key_is_the_public_one(metadata):
    assert metadata.tables["metadata"].primary_key.columns.keys() == ["parent_id", "key"]
    assert metadata.tables["context"].primary_key.columns.keys() == ["id"]


def test_no_sql_foreign_keys_are_declared(metadata):
    assert not any(table.foreign_keys for table in metadata.tables.values())


def test_columns_that_hold_keys_are_indexed(model, metadata):
    for entity_type in model.types.values():
        table = metadata.tables[entity_type.table]
        leading = {index.expressions[0] for index in table.indexes}
        leading.add(next(iter(table.primary_key.columns)))
        for column in entity_type.foreign_keys():
            assert any(table.c[column] is one for one in leading), (table.name, column)


def test_a_private_column_keeps_what_no_attribute_shows(metadata):
    assert "state_id" in metadata.tables["status"].c
    assert "kind" in metadata.tables["custom_configuration_base"].c


def test_times_are_text_so_that_they_sort_as_they_are(connection, metadata):
    timelog = metadata.tables["timelog"]
    connection.execute(
        timelog.insert(),
        [
            {"id": "later", "start": "2031-05-06T10:00:00", "duration": 1.5, "comment": ""},
            {"id": "first", "start": "2031-05-06T09:00:00", "duration": 2.0, "comment": ""},
        ],
    )

    found = connection.execute(sa.select(timelog.c.id).order_by(timelog.c.start)).scalars()

    assert list(found) == ["first", "later"]


def test_looking_for_a_name_uses_the_index_of_lower_case_names(connection, metadata):
    context = metadata.tables["context"]
    query = sa.select(context.c.id).where(sa.func.lower(context.c.name) == "sh010")
    text = query.compile(connection, compile_kwargs={"literal_binds": True})

    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()

    assert "ix_context_name_lower" in str(plan)


def test_the_tables_suit_postgresql_too(metadata):
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateIndex, CreateTable

    dialect = postgresql.dialect()

    for table in metadata.tables.values():
        assert str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert len(index.name) <= dialect.max_identifier_length
            assert str(CreateIndex(index).compile(dialect=dialect))
