"""Review sessions, containers of components, who manages what, and links between entities."""

import arrow
import ftrack_api

with ftrack_api.Session() as session:
    me = session.query(f'User where username is "{session.api_user}"').one()
    project = session.query("Project").first()
    versions = session.query("AssetVersion order by id").all()[:3]

    # A review with three versions and a guest.
    review = session.create(
        "ReviewSession",
        {
            "name": "Friday",
            "description": "What is ready",
            "project": project,
            "start_date": arrow.utcnow().shift(hours=-1),
            "end_date": arrow.utcnow().shift(days=1),
        },
    )
    for number, version in enumerate(versions):
        session.create(
            "ReviewSessionObject",
            {
                "name": version["asset"]["name"],
                "version": f"Version {version['version']}",
                "asset_version": version,
                "review_session": review,
                "sort_order": number,
            },
        )
    guest = session.create(
        "ReviewSessionInvitee",
        {"name": "Greta Guest", "email": "greta@example.com", "review_session": review},
    )
    session.commit()
    assert review["created_by_id"] == me["id"]
    seen = session.query(f'ReviewSessionObject where review_session.id is "{review["id"]}"').all()
    assert {one["asset_version"]["id"] for one in seen} == {one["id"] for one in versions}
    session.populate(review, "review_session_objects, review_session_invitees, is_open")
    assert len(review["review_session_objects"]) == 3
    assert list(review["review_session_invitees"]) == [guest]
    session.send_review_session_invite(guest)
    session.send_review_session_invites([guest, guest])
    session.create(
        "ReviewSessionObjectStatus",
        {"status": "approved", "review_session_object": seen[0], "invitee": guest},
    )
    note = seen[0].create_note("Lovely.", author=me)
    session.commit()
    session.populate(seen[0], "statuses.status, notes")
    assert [one["status"] for one in seen[0]["statuses"]] == ["approved"]
    assert list(seen[0]["notes"]) == [note]
    session.delete(review)
    session.commit()
    assert not session.query(f'ReviewSessionObject where id is "{seen[0]["id"]}"').all()

    # Components in a container; the container may be named before or after what it holds.
    version = versions[0]
    container = session.create("ContainerComponent", {"name": "package", "version": version})
    for name in ("a", "b"):
        session.create("FileComponent", {"name": name, "container": container, "size": 5})
    session.commit()
    session.populate(container, "members")
    assert sorted(one["name"] for one in container["members"]) == ["a", "b"]
    assert container in session.query(f'Component where version.id is "{version["id"]}"').all()
    members = [one["id"] for one in container["members"]]
    session.delete(container)
    session.commit()
    assert not session.query(f"Component where id in ({', '.join(members)})").all()

    # A manager of a shot.
    shot = session.query("Shot order by name").first()
    kind = session.query("ManagerType").first()
    manager = session.create("Manager", {"context": shot, "user": me, "type": kind})
    session.commit()
    found = session.query('Shot where managers any (user.username is "admin")').all()
    assert found == [shot], found
    session.delete(manager)
    session.commit()

    # Both of a thing and what is in it, deleted in one go, the larger one first.
    folder = session.create("Folder", {"name": "twice", "parent": project})
    inside = session.create("Folder", {"name": "inside", "parent": folder})
    session.commit()
    session.delete(folder)
    session.delete(inside)
    session.commit()
    assert session.query('Folder where name in ("twice", "inside")').first() is None
    print("done")
