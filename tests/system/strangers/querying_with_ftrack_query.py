"""ftrack-query: its README's statements, changes and events."""

import getpass
import threading

import arrow
import ftrack_api
from ftrack_query import (
    FTrackQuery,
    and_,
    attr,
    create,
    delete,
    event,
    exception,
    not_,
    or_,
    select,
    update,
)

# Without a connection, as its own tests use it: the constructor of the client is never called.
debug = FTrackQuery(debug=True)
assert debug.logger.name == "ftrack_api.session.FTrackQuery"
debug.close()
statement = select("Task").where(name="Test").populate("type_id", "status.name").limit(2)
assert str(statement) == 'select type_id, status.name from Task where name is "Test" limit 2'
try:
    statement.one()
except ftrack_api.exception.Error as error:
    print("as expected:", type(error) is exception.UnboundSessionError, error)
else:
    raise AssertionError("there is no session to ask")

with FTrackQuery() as session:
    assert isinstance(session, ftrack_api.Session)
    assert session.page_size is None

    # --- looking -------------------------------------------------------------------------------
    project = session.select("Project").order_by("name").first()
    shot = session.select("Shot").where(project=project).order_by(attr("name").desc()).first()
    names = [one["name"] for one in session.select("Shot").where(project=project).sort("name")]
    assert names[-1] == shot["name"]
    assert names == sorted(names)
    backwards = session.select("Shot").where(project=project).sort("name").reverse()
    assert [one["name"] for one in backwards] == names[::-1]
    assert len(session.select("Shot").where(project=project)) == len(names)
    assert session.select("Shot").where(name=shot["name"], project=project).one() is shot
    assert len(session.select("Shot").limit(2).all()) == 2
    rest = session.select("Shot").where(project=project).sort("name").limit(500).offset(3).all()
    assert [one["name"] for one in rest] == names[3:]

    kind = attr("type.name")
    tasks = (
        select("Task")
        .where(
            ~attr("status.name").in_(["Omitted", "Nothing"]),
            or_(kind.contains("ight"), kind == "Animation"),
            not_(attr("parent.name").like("nowhere%")),
            attr("project").has(status="active"),
        )
        .order_by(kind.desc())
        .order_by("name")
        .populate("name", "status.name", kind)
        .limit(5)
    )
    found = session.execute(tasks).all()
    assert found
    assert all("ight" in one["type"]["name"] or one["type"]["name"] == "Animation" for one in found)
    assert session.execute(tasks.where(project_id=project["id"])).all()
    print([(one["name"], one["type"]["name"]) for one in found])

    assert session.select("User").where(~attr("timelogs").any()).all()
    assert session.select("Task").where(attr("start_date") <= arrow.utcnow().shift(years=9)).all()
    assert session.select("Task").where(attr("bid") > 0, attr("bid") < 1e9).first()["bid"] > 0
    wanted = session.select("Task").where(attr("parent").in_([shot]))
    assert {one["parent_id"] for one in wanted} <= {shot["id"]}
    inside = session.select("Task").where(
        attr("parent_id").in_(select("Shot").where(name=shot["name"]).subquery())
    )
    assert {one["parent"]["name"] for one in inside} <= {shot["name"]}
    either = attr("name").startswith(shot["name"][:2]) & attr("name").endswith(shot["name"][-2:])
    assert shot in session.select("Shot").where(either).all()
    assert shot in session.select("Shot").where(attr("name").in_(one for one in names)).all()
    nobody = session.select("User").where(username='a "quoted" name')
    assert nobody.first() is None
    try:
        nobody.one()
    except ftrack_api.exception.NoResultFoundError as error:
        print("as expected:", error)
    else:
        raise AssertionError("nobody has that name")
    try:
        session.select("Shot").one()
    except ftrack_api.exception.MultipleResultsFoundError as error:
        print("as expected:", error)
    else:
        raise AssertionError("there are several shots")

    # Texts still work, and what is written as text is what a statement says.
    assert session.query(f'Shot where id is "{shot["id"]}"').one() is shot
    session.populate(found, ["parent.name", "bid"])
    with session.auto_populating(False):
        assert all(one["parent"]["name"] for one in found)

    # --- changing ------------------------------------------------------------------------------
    values = create("Task").values(name="from a statement", parent=shot, project=project)
    task = session.execute(values)
    assert task["name"] == "from a statement"
    session.commit()
    with FTrackQuery(page_size=2) as other:
        assert other.page_size == 2
        seen = other.select("Task").where(name="from a statement").one()
        assert (seen["id"], seen["parent"]["name"]) == (task["id"], shot["name"])
        assert len(other.select("Shot").all()) >= len(names)  # several pages of two

    assert (
        session.execute(
            update("Task")
            .where(name="from a statement")
            .values(name="renamed", description="later")
        )
        == 1
    )
    session.commit()
    with FTrackQuery() as other:
        assert other.get("Task", task["id"])["name"] == "renamed"

    session.execute(update("Task").where(id=task["id"]).values(name="not kept"))
    assert task["name"] == "not kept"
    session.rollback()
    again = session.select("Task").where(id=task["id"]).one()
    assert again["name"] == "renamed"

    assert session.execute(delete("Task").where(name="renamed")) == 1
    session.commit()
    assert session.select("Task").where(id=task["id"]).first() is None

    # Components leave their locations before they are deleted.
    unmanaged = session.select("Location").where(name="ftrack.unmanaged").one()
    component = session.create_component("/renders/sky.exr", {"name": "sky"}, location=unmanaged)
    session.commit()
    assert (
        session.execute(
            delete("FileComponent").where(id=component["id"]).options(remove_components=True)
        )
        == 1
    )
    session.commit()
    assert session.select("Component").where(id=component["id"]).first() is None

    # --- hearing -------------------------------------------------------------------------------
    expression = event.and_(
        event.attr("topic") == "stranger.said",
        event.attr("data.word") != "no",
        event.attr("source.user.username") == session.api_user,
    )
    heard = []
    session.event_hub.connect()
    session.event_hub.subscribe(str(expression), heard.append)
    for word in ("no", "yes"):
        told = ftrack_api.event.base.Event("stranger.said", data={"word": word})
        session.event_hub.publish(told, synchronous=True)
    assert [one["data"]["word"] for one in heard] == ["yes"]

    done = threading.Event()
    session.event_hub.subscribe(str(event.attr("topic") == "stranger.far"), lambda _: done.set())
    with FTrackQuery(auto_connect_event_hub=True) as other:
        for _ in range(200):
            if other.event_hub.connected:
                break
            threading.Event().wait(0.05)
        other.event_hub.publish(ftrack_api.event.base.Event("stranger.far"))
        for _ in range(100):
            session.event_hub.wait(0.1)
            if done.is_set():
                break
    assert done.is_set()
    print(getpass.getuser(), "heard it")

with FTrackQuery(strict_api=True) as session:
    grouped = session.select("Task").populate("count(id)", "status.name").group_by("status.name")
    print(grouped.execute())
    assert grouped.execute()
    assert and_(attr("a") == 1, attr("b").is_(None)).value == "a is 1 and b is none"
