"""Every operator of the query language, in each of its spellings, with the rows that it finds."""

import json
from pathlib import Path

import arrow
import ftrack_api

# The same questions are asked by the JavaScript client.
CASES = json.loads(
    (Path(__file__).parents[1] / "official_js" / "support" / "spellings.json").read_text("utf-8")
)
FROM = f"select name from Task where project.name is {CASES['project']}"


def names(session, expression):
    return [row["name"] for row in session.query(expression)]


with ftrack_api.Session() as session:
    project = session.create(
        "Project",
        {
            "name": CASES["project"],
            "full_name": "In other words",
            "project_schema": session.query("ProjectSchema").first(),
        },
    )
    folder = session.create("Folder", {"name": "spelled", "parent": project})
    tasks = {}
    for row in CASES["rows"]:
        start = row["start_date"] and arrow.get(row["start_date"])
        values = {**row, "start_date": start, "parent": folder}
        tasks[row["name"]] = session.create("Task", values)
    me = session.query(f'User where username is "{session.api_user}"').one()
    session.create("Appointment", {"context": tasks["Alpha"], "resource": me, "type": "assignment"})
    session.commit()
    tasks["beta"]["metadata"] = {"camera": "A7", "lens": "50"}
    session.commit()

    wrong = []
    for criteria, expected in CASES["criteria"]:
        found = sorted(names(session, f"{FROM} and {criteria}"), key=str.lower)
        if found != expected:
            wrong.append((criteria, found, expected))
    for expression, attribute, expected in CASES["whole"]:
        found = sorted((row[attribute] for row in session.query(expression)), key=str.lower)
        if found != expected:
            wrong.append((expression, found, expected))
    for order, expected in CASES["ordered"]:
        found = names(session, f"{FROM} {order}")
        if found != expected:
            wrong.append((order, found, expected))
    asked = sum(len(CASES[kind]) for kind in ("criteria", "whole", "ordered"))
    for one in wrong:
        print(*one, sep="\n    ")
    print(asked, "questions,", len(wrong), "answered in another way")
    session.delete(project)
    session.commit()
    assert asked > 100
    assert not wrong
