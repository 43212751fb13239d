"""What the server refuses, and how it says so."""

import contextlib
import logging

import ftrack_api
from ftrack_api.exception import ServerError

# The client logs each refusal with its traceback; here they are expected.
logging.disable(logging.CRITICAL)


@contextlib.contextmanager
def refused(*texts):
    try:
        yield
    except ServerError as error:
        told = str(error)  # the client formats the text once more, so this may fail as well
        print(told)
        for text in texts:
            assert text in told, text
    else:
        raise AssertionError(f"not refused: {texts}")


# The wrong key, the wrong user.
for wrong in ({"api_key": "wrong"}, {"api_user": "nobody"}):
    with refused("InvalidCredentialsError", "The supplied API key is not valid."):
        ftrack_api.Session(**wrong)
    with refused("InvalidCredentialsError"):
        ftrack_api.Session(strict_api=True, **wrong)

for strict, new_name in ((False, "renamed with it"), (True, "renamed again")):
    with ftrack_api.Session(strict_api=strict) as session:
        # Questions that cannot be read.
        with refused("ParseError", "Failed to parse", "Task where name is"):
            session.query("select name from Task where name is").all()
        with refused("ParseError", "Failed to parse"):
            session.query('Task where name is "{braces}" and "').all()
        with refused("ParseError", "No attribute 'nmae' exists for schema 'Task'"):
            session.query("select nmae from Task").all()
        with refused("ParseError", "No attribute 'nmae' exists for schema 'Status'"):
            session.query("Task where status.nmae is x").all()
        with refused("ParseError", "Tsak"):
            session.query("select name from Tsak").all()
        with refused("Invalid action u'frobnicate'"):
            session.call([{"action": "frobnicate"}])
        if not strict:
            with refused("strict"):
                session.query("select count(id) from Task group by status_id").all()

        # Changes that make no sense.
        with refused("ValueError", "Could not find entity Task with entity_key ["):
            session.call(
                [
                    {
                        "action": "update",
                        "entity_type": "Task",
                        "entity_key": ["nothing"],
                        "entity_data": {"__entity_type__": "Task", "name": "x"},
                    }
                ]
            )
        with refused("ValidationError", "nmae"):
            session.call(
                [{"action": "create", "entity_type": "Folder", "entity_data": {"nmae": "x"}}]
            )
        task = session.query("Task").first()
        task["bid"] = "a lot"
        with refused("ValidationError", "bid"):
            session.commit()
        session.rollback()

        # A batch is done as a whole or not at all; the session can mend it and send it again.
        project = session.query("Project").first()
        folder = session.create("Folder", {"name": "all or nothing", "parent": project})
        task["name"] = new_name
        bad = session.create("Shot", {"name": "impossible", "parent_id": "nobody-has-this-id"})
        with refused("IntegrityError", "Shot.parent", "nobody-has-this-id"):
            session.commit()
        with ftrack_api.Session() as other:
            assert not other.query('Folder where name is "all or nothing"').all()
            assert other.get("Task", task["id"])["name"] != new_name
        bad["parent_id"] = folder["id"]
        session.commit()
        with ftrack_api.Session() as other:
            assert other.query('Shot where parent.name is "all or nothing"').one()
            assert other.get("Task", task["id"])["name"] == new_name
        session.delete(folder)
        session.commit()
        assert not session.query("Shot where name is impossible").all()

        # The same id twice.
        with refused("IntegrityError"):
            session.call(
                [
                    {
                        "action": "create",
                        "entity_type": "User",
                        "entity_data": {
                            "__entity_type__": "User",
                            "id": session.query("User").first()["id"],
                            "username": "twice",
                        },
                    }
                ]
            )

        # Deleted by one, changed by another.
        gone = session.create("Folder", {"name": "gone", "parent": project})
        session.commit()
        with ftrack_api.Session() as other:
            other.delete(other.get("Folder", gone["id"]))
            other.commit()
        gone["name"] = "still here"
        with refused("ValueError", gone["id"]):
            session.commit()
        session.rollback()
