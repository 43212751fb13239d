"""Jobs, the feed of what happened, and conversations."""

from __future__ import annotations

from .attributes import (
    collection,
    created_by,
    foreign_key,
    integer,
    key,
    lone_reference,
    moment,
    reference,
    text,
    url,
)
from .declaration import entity

__all__ = ["DECLARATIONS"]

JOB = entity(
    "Job",
    key("jobid"),
    text("type", default="api_job", required=True, immutable=True),
    text(
        "status",
        default="queued",
        required=True,
        wire={"enum": ["queued", "running", "done", "failed"]},
    ),
    text("data", wire={"format": "json"}),
    moment("created_at"),
    moment("finished_at"),
    reference("user", "User", key_alias="userid"),
    collection("job_components", "JobComponent", by="job_id"),
    table="job",
)

JOB_COMPONENT = entity(
    "JobComponent",
    reference("component", "Component"),
    reference("job", "Job"),
    url("url", "component_url", immutable=True),
    table="job_component",
    key="component_id job_id",
    required="component_id job_id",
    immutable="component_id job_id",
)

EVENT = entity(
    "Event",
    integer("id", alias="socialid", required=True, immutable=True),
    text("action", alias="action"),
    text("insert", alias="insert"),
    text("data"),
    moment("created_at"),
    text("parent_id"),
    text("parent_type"),
    reference("project", "Project", alias="show", key_alias="showid"),
    reference("user", "User", key_alias="userid"),
    collection("feeds", "Feed", by="social_id"),
    table="event",
    system="showid",
    group_by=True,
    alias="SocialEvent",
)

FEED = entity(
    "Feed",
    key(),
    moment("created_at"),
    integer("distance", alias="distance", default=0),
    text("relation", alias="relation"),
    text("cluster_id", alias="clusterid"),
    text("owner_id", alias="ownerid"),
    lone_reference("event", "Event", "social_id"),
    foreign_key(
        "social_id", "Event", alias="socialid", shows="Event.social_id", data_type="integer"
    ),
    table="feed",
    alias="SocialFeed",
)

# Conversations are gone from newer servers; scripts that were written for older ones go on.
CONVERSATION = entity(
    "Conversation",
    key(),
    moment("created_at", required=True),
    created_by(required=True),
    collection("messages", "Message", by="conversation_id"),
    collection("participants", "Participant", by="conversation_id"),
    table="conversation",
    generation="older",
)

MESSAGE = entity(
    "Message",
    key(),
    text("text"),
    moment("created_at", required=True),
    created_by(required=True),
    reference("conversation", "Conversation", required=True),
    table="message",
    generation="older",
)

PARTICIPANT = entity(
    "Participant",
    key(),
    moment("last_visit"),
    reference("conversation", "Conversation", required=True),
    reference("resource", "Resource", required=True),
    table="participant",
    generation="older",
)

DECLARATIONS = (JOB, JOB_COMPONENT, EVENT, FEED, CONVERSATION, MESSAGE, PARTICIPANT)
