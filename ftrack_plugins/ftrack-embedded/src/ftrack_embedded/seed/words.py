"""The words a made-up show is told in."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ASSET_BUILDS",
    "CLIENT_COMMENTS",
    "COMMENTS",
    "FIRST_NAMES",
    "LAST_NAMES",
    "NOTES",
    "PLACES",
    "QUALITIES",
    "REPLIES",
    "SHOT_DESCRIPTIONS",
    "TIMELOG_COMMENTS",
]

QUALITIES: Final = (
    "Silent",
    "Copper",
    "Northern",
    "Hollow",
    "Amber",
    "Drifting",
    "Paper",
    "Winter",
    "Crooked",
    "Velvet",
    "Distant",
    "Glass",
)

PLACES: Final = (
    "Harbour",
    "Orchard",
    "Lighthouse",
    "Railway",
    "Observatory",
    "Meadow",
    "Archive",
    "Canal",
    "Quarry",
    "Theatre",
    "Island",
    "Foundry",
)

FIRST_NAMES: Final = (
    "Ada",
    "Bruno",
    "Chidi",
    "Dalia",
    "Emil",
    "Farah",
    "Goran",
    "Hana",
    "Ines",
    "Jonas",
    "Keiko",
    "Liam",
    "Maren",
    "Noor",
    "Oskar",
    "Priya",
    "Rosa",
    "Sven",
    "Tomas",
    "Yara",
)

LAST_NAMES: Final = (
    "Lindqvist",
    "Okafor",
    "Moreau",
    "Tanaka",
    "Bianchi",
    "Novak",
    "Haddad",
    "Fischer",
    "Silva",
    "Kowalska",
    "Brandt",
    "Iyer",
    "Campbell",
    "Jansen",
    "Petrov",
    "Reyes",
)

ASSET_BUILDS: Final = (
    ("lighthouse_keeper", "Character"),
    ("fishing_boat", "Prop"),
    ("harbour_wall", "Environment"),
    ("stray_dog", "Character"),
    ("storm_lantern", "Prop"),
    ("evening_sky", "Matte Painting"),
    ("old_captain", "Character"),
    ("delivery_van", "Prop"),
    ("station_hall", "Environment"),
    ("seagull", "Character"),
    ("ticket_machine", "Prop"),
    ("mountain_ridge", "Matte Painting"),
    ("violin_player", "Character"),
    ("tram", "Prop"),
    ("roof_garden", "Environment"),
)

SHOT_DESCRIPTIONS: Final = (
    "Wide on the water, the boat enters from the left",
    "Close on the hands opening the lantern",
    "Tracking along the wall, the dog follows",
    "Over the shoulder, looking out to the storm",
    "High angle, the crowd parts",
    "Slow push towards the window",
    "Handheld, running through the hall",
    "Static two shot, the argument",
    "Crane up to the roofs",
    "Insert of the ticket, rain on the glass",
)

NOTES: Final = (
    "The edge of the roto chatters around frame {frame}, please have another look.",
    "Lovely weight in the landing. Could the settle be a little longer?",
    "Key light feels too hot on the left side, bring it down by half a stop.",
    "The grain does not match the plate from frame {frame} on.",
    "Please publish the latest camera before you continue.",
    "Silhouette reads much better now. Ready for the client from my side.",
    "There is a pop in the cloth at frame {frame}.",
    "Can we try a version with less fog in the distance?",
    "Texture stretching on the shoulder, the unwrap needs a fix.",
    "Track slips for three frames after frame {frame}.",
)

REPLIES: Final = (
    "Done, new version is up.",
    "Will fix it today.",
    "That comes from the plate, shall I paint it out?",
    "Thanks! Moving on to the next one.",
)

CLIENT_COMMENTS: Final = (
    "We like where this is going. Please warm up the sky a touch.",
    "Approved, beautiful work.",
    "Could the boat be a bit larger in frame?",
)

COMMENTS: Final = (
    "First pass for feedback",
    "Addressed the notes from dailies",
    "Cleaned up and ready for review",
    "Technical fix, no change to the look",
    "Matched to the new edit",
)

TIMELOG_COMMENTS: Final = (
    "Notes from dailies",
    "First pass",
    "Clean-up",
    "Render checks",
    "Sync with the lead",
)
