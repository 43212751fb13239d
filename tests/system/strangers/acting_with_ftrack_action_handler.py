"""ftrack-action-handler: actions that are discovered and launched."""

import json

import ftrack_api
from ftrack_action_handler.action import BaseAction
from ftrack_action_handler.action.advanced import AdvancedBaseAction
from ftrack_api.event.base import Event

DISCOVER, LAUNCH = "ftrack.action.discover", "ftrack.action.launch"


class Describe(BaseAction):
    label = "Describe"
    identifier = "studio.describe-it"
    variant = "quickly"
    description = "Describes what is selected."
    icon = "https://studio.example.com/icon.png"

    def discover(self, session, entities, event):
        return [kind for kind, _ in entities] == ["TypedContext"]

    def launch(self, session, entities, event):
        ((kind, key),) = entities
        entity = session.get(kind, key)
        entity["description"] = f"a {entity.entity_type}"
        session.commit()
        return True


class Ask(BaseAction):
    label = "Ask"
    identifier = "studio.ask"

    def discover(self, session, entities, event):
        return True

    def interface(self, session, entities, event):
        if not event["data"].get("values"):
            return [{"type": "text", "name": "word", "label": "A word"}]
        return None

    def launch(self, session, entities, event):
        return {"success": False, "message": f"you said {event['data']['values']['word']}"}


class Careful(AdvancedBaseAction):
    label = "Careful"
    identifier = "studio.careful"
    allowed_types = ["Shot", "AssetVersion"]
    allowed_roles = ["Administrator", "API"]

    def launch(self, session, entities, event):
        user = self.get_action_user(event)
        event["source"]["user"]["id"] = user["id"]  # as in what a browser sends
        key = self.create_job(event, "being careful")
        self.write_settings_to_user(event, {"careful": "yes"})
        assert self.read_settings_from_user(event) == {"careful": "yes"}
        self.mark_job_as_done(key, "was careful")
        return {"success": True, "message": session.api_user}


class Nobody(AdvancedBaseAction):
    label = "Nobody's"
    identifier = "studio.nobody"
    allow_empty_context = True

    def launch(self, session, entities, event):
        raise AssertionError("limited to somebody else")


class AsUser(AdvancedBaseAction):
    label = "As you"
    identifier = "studio.as-you"
    run_as_user = True
    allow_empty_context = True

    def launch(self, session, entities, event):
        return {"success": True, "message": self.session.api_user}


def selected(*entities):
    return [{"entityType": kind, "entityId": entity["id"]} for kind, entity in entities]


with ftrack_api.Session() as session:

    def ask(topic, **data):
        answers = session.event_hub.publish(Event(topic, data=data), synchronous=True)
        return [one for one in answers if one is not None]  # not everybody has something to say

    def labels(selection):
        answers = ask(DISCOVER, selection=selection)
        return {one["label"] for answer in answers for one in answer["items"]}

    for action in (Describe, Ask, Careful):
        action(session).register()
    Nobody(session, limit_to_user="somebody.else").register()
    unique = AsUser(session, make_unique=True)
    unique.register()
    assert unique.identifier.startswith("studio.as-you_")

    shot = session.query("Shot order by name").first()
    task = session.query("Task order by name").first()
    version = session.query("AssetVersion").first()

    # --- who is offered ------------------------------------------------------------------------
    assert labels(selected(("task", shot))) == {"Describe", "Ask", "Careful", "As you"}
    assert labels(selected(("task", task))) == {"Describe", "Ask", "As you"}
    assert labels(selected(("assetversion", version))) == {"Ask", "Careful", "As you"}
    assert labels(selected(("asset_version", version))) == {"Ask", "Careful", "As you"}
    assert labels([]) == {"Ask", "As you"}
    (answer,) = (
        one
        for one in ask(DISCOVER, selection=selected(("task", task)))
        if one["items"][0]["label"] == "Describe"
    )
    assert answer["items"] == [
        {
            "icon": Describe.icon,
            "label": "Describe",
            "variant": "quickly",
            "description": Describe.description,
            "actionIdentifier": "studio.describe-it",
        }
    ]

    # --- what is launched ----------------------------------------------------------------------
    (answer,) = ask(
        LAUNCH, actionIdentifier="studio.describe-it", selection=selected(("task", shot))
    )
    assert answer == {"success": True, "message": "Describe launched successfully."}
    assert shot["description"] == "a Shot"
    with ftrack_api.Session() as other:
        assert other.get("Shot", shot["id"])["description"] == "a Shot"

    (answer,) = ask(LAUNCH, actionIdentifier="studio.ask", selection=[])
    assert answer == {"items": [{"type": "text", "name": "word", "label": "A word"}]}
    (answer,) = ask(LAUNCH, actionIdentifier="studio.ask", selection=[], values={"word": "blå"})
    assert answer == {"success": False, "message": "you said blå"}
    assert ask(LAUNCH, actionIdentifier="studio.unknown", selection=[]) == []

    (answer,) = ask(LAUNCH, actionIdentifier="studio.careful", selection=selected(("task", shot)))
    assert answer == {"success": True, "message": session.api_user}
    me = session.query(f'User where username is "{session.api_user}"').one()
    with ftrack_api.Session() as other:
        same = other.get("User", me["id"])
        assert json.loads(same["metadata"]["studio.careful"]) == {"careful": "yes"}
        job = other.query(
            f'Job where user_id is "{me["id"]}" order by created_at descending'
        ).first()
        assert json.loads(job["data"]) == {"description": "was careful"}
        assert job["status"] == "done"

    (answer,) = ask(LAUNCH, actionIdentifier=unique.identifier, selection=[])
    assert answer == {"success": True, "message": session.api_user}
    assert unique.session is not session
    unique.session.close()

    # What a handler raises is logged, and the others are asked.
    session.event_hub.subscribe(f"topic={DISCOVER}", lambda event: {"items": [{"label": "Plain"}]})
    assert labels([{"entityType": "teapot", "entityId": "1"}]) == {"Plain"}
