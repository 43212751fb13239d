"""Notes: written, answered, addressed to people, done with."""

import arrow
import ftrack_api

with ftrack_api.Session() as session:
    me = session.query(f'User where username is "{session.api_user}"').one()
    other = session.query(f'User where username is_not "{session.api_user}"').first()
    task = session.query("Task order by id").first()

    note = task.create_note("Please look at the räksmörgås.", author=me, recipients=[other])
    session.commit()
    assert note["date"] <= arrow.utcnow().shift(minutes=1)
    assert note["parent_id"] == task["id"]
    assert note["parent_type"]
    reply = note.create_reply("I have.", author=other)
    session.commit()
    print(note["content"], "-", reply["content"])

with ftrack_api.Session() as session:
    again = session.query(f'Note where id is "{note["id"]}"').one()
    assert again["author"]["username"] == session.api_user
    assert again["content"] == "Please look at the räksmörgås."
    assert [one["content"] for one in again["replies"]] == ["I have."]
    assert again["replies"][0]["in_reply_to"] is again
    assert {one["resource_id"] for one in again["recipients"]} == {me["id"], other["id"]}
    notes = session.query(
        f'Note where parent_id is "{task["id"]}" and not in_reply_to has ()'
    ).all()
    assert again in notes
    assert again["replies"][0] not in notes
    task = session.get("Task", task["id"])
    assert again in list(task["notes"])
    assert session.query(f'Task where notes any (id is "{note["id"]}")').one() is task
    assert session.query(f'Note where recipients any (recipient.id is "{other["id"]}")').all()

    # A label, which is the category as well; a to-do that is done.
    label = session.query("NoteLabel").first()
    print("label", label["name"])
    marked = task.create_note("With a label", author=again["author"], labels=[label])
    marked["is_todo"] = True
    session.commit()
    link = session.query(f'NoteLabelLink where note_id is "{marked["id"]}"').one()
    assert link["label"]["name"] == label["name"]
    session.populate(marked, "category")
    assert marked["category"]["id"] == label["id"]
    marked["completed_by"] = marked["author"]
    marked["completed_at"] = arrow.utcnow()
    session.commit()
    assert session.query("Note where completed_at is_not none").all()

    # Without their subject notes are gone, and so is what hangs on them.
    project = session.query("Project").first()
    person = session.query("User").first()
    group = session.query("Group").first()
    for entity_type in ("Folder", "Task"):
        subject = session.create(entity_type, {"name": "to be talked about", "parent": project})
        session.commit()
        category = session.query("NoteCategory").first()
        lost = subject.create_note(
            "Lost?", author=marked["author"], recipients=[person, group], category=category
        )
        reply = lost.create_reply("Lost.", author=person)
        session.commit()
        with ftrack_api.Session() as other:
            seen = other.get("Note", lost["id"])
            assert seen["category"]["name"] == category["name"]
            addressed = {one["resource_id"] for one in seen["recipients"]}
            assert addressed == {person["id"], group["id"], marked["author"]["id"]}
        session.delete(subject)
        session.commit()
        for one in (lost, reply):
            assert session.query(f'Note where id is "{one["id"]}"').first() is None
        assert not session.query(f'Recipient where note_id is "{lost["id"]}"').all()
    session.delete(marked)
    session.commit()
