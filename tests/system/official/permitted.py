"""Somebody who may not everything: what is refused, what stays hidden, and who is out at once."""

import contextlib
import json
import logging
import tempfile
from pathlib import Path

import ftrack_api
import requests
from ftrack_api.exception import ServerError

# The client logs each refusal with its traceback; here they are expected.
logging.disable(logging.CRITICAL)


@contextlib.contextmanager
def refused(*texts):
    try:
        yield
    except ServerError as error:
        told = str(error)
        print(told)
        for text in texts:
            assert text in told, text
    else:
        raise AssertionError(f"not refused: {texts}")


with ftrack_api.Session() as session, tempfile.TemporaryDirectory() as folder:
    user = session.create("User", {"username": "räksmörgås"})
    role = session.query('SecurityRole where name is "User"').one()
    session.create("UserSecurityRole", {"user": user, "security_role": role})
    schema = session.query("ProjectSchema").first()
    hidden = session.create(
        "Project", {"name": "hidden", "project_schema": schema, "is_private": True}
    )
    shot = session.create("Shot", {"name": "sh010", "parent": hidden})
    asset = session.create("Asset", {"name": "plate", "parent": shot})
    version = session.create("AssetVersion", {"asset": asset})
    session.commit()
    server = session.query('Location where name is "ftrack.server"').one()
    path = Path(folder) / "plate.mov"
    path.write_bytes(b"no movie at all")
    component = version.create_component(str(path), location=server)
    session.commit()

    # What cannot be made into media is told by the job.
    job = session.encode_media(component, keep_original=True)
    job = session.query(f'select status, data from Job where id is "{job["id"]}"').one()
    told = json.loads(job["data"])
    print("job", job["status"], told)
    assert told["source_component_id"] == component["id"]
    assert job["status"] in ("failed", "running")

    key = session.reset_remote("api_key", entity=user)["api_key"]
    name = user["username"]
    for strict in (False, True):
        with ftrack_api.Session(api_user=name, api_key=key, strict_api=strict) as theirs:
            assert theirs.query("User where username is räksmörgås").one()["id"] == user["id"]

            # Only administrators change how the studio is set up.
            theirs.create("User", {"username": "another"})
            with refused("PermissionError", "Permission denied"):
                theirs.commit()
            theirs.rollback()
            status = theirs.query("Status").first()
            status["name"] = "Mine"
            with refused("PermissionError", "Permission denied"):
                theirs.commit()
            theirs.rollback()

            # A project of others is not there, nor anything in it.
            assert theirs.query("Project where name is hidden").first() is None
            assert theirs.get("Shot", shot["id"]) is None
            assert theirs.query(f'Component where id is "{component["id"]}"').first() is None
            for call in (
                {"action": "encode_media", "component_id": component["id"]},
                {
                    "action": "get_widget_url",
                    "name": "info",
                    "entity_type": "Shot",
                    "entity_key": [shot["id"]],
                },
            ):
                with refused("ValueError", "Could not find entity"):
                    theirs.call([call])
            where = {"id": component["id"], "username": name, "apiKey": key}
            address = f"{session.server_url}/component/get"
            assert requests.get(address, params=where, timeout=30).status_code == 404
    assert requests.get(server.get_url(component), timeout=30).content == path.read_bytes()

    # Who leaves the studio is out, whatever keys there are.
    user["is_active"] = False
    session.commit()
    with refused("InvalidCredentialsError", "The supplied API key is not valid."):
        ftrack_api.Session(api_user=name, api_key=key)
    session.delete(hidden)
    session.delete(user)
    session.commit()
