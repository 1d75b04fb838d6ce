"""The bodies of the API's map: ways, lines, places and lamps. Unknown fields are refused by name."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

from geofence.mode import Mode
from geofence.plane import FARTHEST_LAT
from geofence.route import Place
from service.maps.reports import LONGEST_ID, What

from .bodies import Body, RouteBody

Lat = Annotated[float, Field(ge=-FARTHEST_LAT, le=FARTHEST_LAT, allow_inf_nan=False)]
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Instant = Annotated[float, Field(ge=-1e11, le=1e11, allow_inf_nan=False)]


def _at(given: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """One sentence for whatever is neither, and under the field's own name."""
    try:
        return read(given)
    except ValidationError:
        raise PydanticCustomError("at", "expected an instant in seconds or a clock time like 23:30") from None


At = Annotated[Instant | Annotated[str, StringConstraints(max_length=8)], WrapValidator(_at)]


class SpotBody(Body):
    """A place in degrees, WGS 84."""

    lat: Lat
    lon: Lon

    @property
    def place(self) -> Place:
        """As the planner takes it."""
        return self.lat, self.lon


class PlanBody(Body):
    """A way on foot. `at`: when she means to go, an instant or a clock time like 23:30; left out: now."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, validate_by_name=False)

    origin: Annotated[SpotBody, Field(alias="from")]
    destination: Annotated[SpotBody, Field(alias="to")]
    at: At | None = None
    mode: Mode = Mode.FOOT
    no_steps: bool = False


class ProfileBody(Body):
    """A line of hers, as it would be given when setting off."""

    route: RouteBody
    at: At | None = None
    mode: Mode = Mode.FOOT


class NearbyBody(SpotBody):
    """Where she is, or will be at `at`."""

    at: At | None = None


class LampBody(SpotBody):
    """A lamp that is out, or a place where she would rather not walk. `id` is drawn by the phone."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID)]
    what: What = What.LAMP_OUT
