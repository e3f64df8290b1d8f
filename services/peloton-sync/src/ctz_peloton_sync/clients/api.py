"""The calls of Peloton's API that syncing needs (peloton-api.md, section 4)."""

from dataclasses import dataclass
from urllib.parse import quote

from ctz_chassis.clock import Clock
from ctz_peloton_sync.clients.http import HTTPClient, read_json
from ctz_peloton_sync.domain.fields import Json
from ctz_peloton_sync.domain.runs import PAGE_SIZE

USER_AGENT = "ChaseTheZones/1"


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, decoded and as it came."""

    payload: Json
    body: bytes


class PelotonAPI:
    """One thread's way to the API."""

    def __init__(self, client: HTTPClient, base_url: str, clock: Clock) -> None:
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        client.refuse_cookies()

    def me(self, token: str) -> Fetched:
        """The account itself."""
        return self._get(token, "/api/me")

    def workouts(self, token: str, peloton_user_id: str, page: int) -> Fetched:
        """One page of the list, newest first, with classes and instructors."""
        return self._get(
            token,
            f"/api/user/{quote(peloton_user_id, safe='')}/workouts",
            {"joins": "ride,ride.instructor", "limit": PAGE_SIZE, "page": page, "sort_by": "-created"},
        )

    def workout(self, token: str, workout_id: str) -> Fetched:
        """One workout."""
        return self._get(token, f"/api/workout/{quote(workout_id, safe='')}", {"joins": "ride,ride.instructor"})

    def performance_graph(self, token: str, workout_id: str) -> Fetched:
        """The graph of one workout, second by second; coarser ones are biased upward (peloton-api.md, 4.4)."""
        return self._get(token, f"/api/workout/{quote(workout_id, safe='')}/performance_graph", {"every_n": 1})

    def ride_details(self, token: str, class_id: str) -> Fetched:
        """One class."""
        return self._get(token, f"/api/ride/{quote(class_id, safe='')}/details", {"stream_source": "multichannel"})

    def library(self, token: str, category: str, page: int) -> Fetched:
        """One page of a browse category of the class library, newest first."""
        return self._get(
            token,
            "/api/v2/ride/archived",
            {
                "browse_category": category,
                "limit": PAGE_SIZE,
                "page": page,
                "sort_by": "original_air_time",
                "desc": "true",
            },
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _get(self, token: str, path: str, query: dict[str, str | int] | None = None) -> Fetched:
        headers = {
            "Authorization": f"Bearer {token}",
            "Peloton-Platform": "web",
            "Accept": "application/json",
        }
        reply = self._client.request("GET", self._base_url + path, params=query, headers=headers)
        return Fetched(read_json(reply, self._clock()), reply.body)
