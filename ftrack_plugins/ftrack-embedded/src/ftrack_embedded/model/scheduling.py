"""Who works on what and when: appointments, calendar events, logged time."""

from __future__ import annotations

from .attributes import (
    boolean,
    collection,
    created_by,
    key,
    metadata,
    moment,
    number,
    reference,
    text,
)
from .declaration import entity

__all__ = ["DECLARATIONS"]

APPOINTMENT = entity(
    "Appointment",
    key(),
    text("type", required=True),
    reference("context", "Context", alias="appointment_context", required=True),
    reference("resource", "Resource", alias="appointment_resource", required=True),
    table="appointment",
)

CALENDAR_EVENT = entity(
    "CalendarEvent",
    key(),
    text("name", default="", required=True),
    moment("start", required=True),
    moment("end", required=True),
    number("effort"),
    number("estimate"),
    boolean("everyone"),
    boolean("forecast"),
    boolean("leave"),
    moment("created_at"),
    created_by(),
    reference("project", "Project"),
    reference("type", "Type"),
    collection("calendar_event_resources", "CalendarEventResource", by="calendar_event_id"),
    metadata(),
    table="calendar_event",
    projections="id start end",
    system="project_id",
    group_by=True,
)

CALENDAR_EVENT_RESOURCE = entity(
    "CalendarEventResource",
    key(),
    moment("created_at"),
    created_by(),
    reference("calendar_event", "CalendarEvent", required=True),
    reference("resource", "Resource", required=True),
    table="calendar_event_resource",
    projections="id calendar_event_id resource_id",
)

TIMELOG = entity(
    "Timelog",
    key(),
    text("name"),
    text("comment", default="", required=True),
    moment("start", required=True),
    number("duration", required=True),
    number("time_zone_offset"),
    reference("context", "Context"),
    reference("user", "User", shows="User.id"),
    table="timelog",
    system="user_id context_id",
)

TIMER = entity(
    "Timer",
    key(),
    text("name"),
    text("comment", default="", required=True),
    moment("start", required=True),
    reference("context", "Context"),
    reference("user", "User", required=True),
    table="timer",
)

SPLIT_TASK_PART = entity(
    "SplitTaskPart",
    key(),
    text("label"),
    moment("start_date", required=True),
    moment("end_date", required=True),
    reference("task", "Task", required=True),
    table="split_task_part",
    system="task_id",
    generation="newer",
)

DECLARATIONS = (
    APPOINTMENT,
    CALENDAR_EVENT,
    CALENDAR_EVENT_RESOURCE,
    TIMELOG,
    TIMER,
    SPLIT_TASK_PART,
)
