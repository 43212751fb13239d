"""The query language, as scripts write it."""

import ftrack_api


def names(session, expression):
    return sorted(row["name"] for row in session.query(expression))


with ftrack_api.Session() as session:
    every_task = session.query("Task").all()
    every_shot = names(session, "Shot")
    print(len(every_task), "tasks,", len(every_shot), "shots")

    # Text and lists.
    lighting = session.query('Task where name like "light%"').all()
    assert lighting
    assert all(one["name"].startswith("light") for one in lighting)
    others = session.query('Task where name not_like "light%"').all()
    assert len(lighting) + len(others) == len(every_task)
    two = names(session, 'Shot where name in ("sq010_sh0010", "sq020_sh0010", "nothing")')
    assert two == ["sq010_sh0010", "sq020_sh0010"]
    assert len(names(session, 'Shot where name not_in ("sq010_sh0010")')) == len(every_shot) - 1
    assert names(session, "Shot where name is sq010_sh0010") == ["sq010_sh0010"]
    assert len(names(session, "Shot where name is_not sq010_sh0010")) == len(every_shot) - 1

    # Dotted paths, and the same with has and any.
    dotted = names(session, 'Shot where parent.name is "sq010"')
    assert dotted == names(session, 'Shot where parent has (name is "sq010")')
    assert dotted
    assert all(name.startswith("sq010") for name in dotted)
    rest = names(session, 'Shot where not parent has (name is "sq010")')
    assert sorted(dotted + rest) == every_shot
    busy = names(session, 'Shot where children any (name is "animation")')
    assert set(busy) <= set(every_shot)
    idle = names(session, "Shot where not children any ()")
    assert not set(busy) & set(idle)
    mixed = session.query(
        'select name from Task where (status.name in ("In progress", "Approved") or '
        'priority.name is "Urgent") and parent[Shot].parent.name like "sq0%0" '
        "and not assignments any (resource.username is nobody) order by name descending, id"
    ).all()
    in_order = [one["name"] for one in mixed]
    print(len(mixed), "of a longer question")
    assert in_order == sorted(in_order, reverse=True)
    assert mixed

    # Numbers, dates, nothing at all, and a question within a question.
    assert (
        len(session.query("Task where bid > 0")) + len(session.query("Task where bid = 0")) == 100
    )
    late = len(session.query('Task where start_date >= "2026-03-01"'))
    early = len(session.query('Task where start_date before "2026-03-01T00:00:00+00:00"'))
    assert late + early == len(session.query("Task where start_date is_not none"))
    assert not session.query("Shot where start_date is_not None")
    inner = session.query(
        "AssetVersion where task_id in (select id from Task where status.name is Approved)"
    ).all()
    assert {one["task"]["status"]["name"] for one in inner} == {"Approved"}

    # One, first, all, a piece.
    assert session.query("Project").one()["name"]
    first = session.query("Task order by name").first()
    assert first["name"] == min(one["name"] for one in every_task)
    assert session.query("Task where name is nothing").first() is None
    for expression, error in (
        ("Task", ftrack_api.exception.MultipleResultsFoundError),
        ("Task where name is nothing", ftrack_api.exception.NoResultFoundError),
    ):
        try:
            session.query(expression).one()
        except error as problem:
            print(type(problem).__name__)
        else:
            raise AssertionError(expression)
    piece = [one["id"] for one in session.query("Task order by id offset 10 limit 5")]
    assert piece == sorted(one["id"] for one in every_task)[10:15]

    # Lines, quotes and umlauts.
    several_lines = """
        where name is 'sq010_sh0010'
          and  parent.name   like  "sq%"
    """
    assert names(session, f"select name from Shot {several_lines}") == ["sq010_sh0010"]
    strange = 'a "quoted" \\ name: räksmörgås %'
    quoted = strange.replace("\\", "\\\\").replace('"', '\\"')
    assert not session.query(f'Task where name is "{quoted}"').all()

# Counting needs answers in strict form.
with ftrack_api.Session(strict_api=True) as session:
    answer = session.call(
        [
            {
                "action": "query",
                "expression": "select count(id), sum(bid) from Task group by status_id",
            }
        ]
    )
    groups = answer[0]["data"]
    print(groups[0])
    assert sum(group["count_id"] for group in groups) == 100
    assert all(set(group) == {"count_id", "sum_bid", "status_id"} for group in groups)
