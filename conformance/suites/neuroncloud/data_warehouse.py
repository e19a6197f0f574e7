"""Data Warehouse: records of a dataset, pushed for good, and the history asked for with a project."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, says
from conformance.suites.neuroncloud.answers import Sample, records, samples
from conformance.suites.neuroncloud.history_range import older_than_week, time_range
from conformance.suites.neuroncloud.point_history import single_point
from conformance.suites.neuroncloud.readback import AROUND, HISTORY, MARGIN, QUERY, WEEK, history, past_week
from conformance.suites.unstated import tells
from conformance.suites.waiting import eventually

PUSH: Final = "dataset-push"
LIST: Final = "device-list"
LIMIT: Final = 1000
"""Records that one request may hold (tip of the section)."""


def _records(context: Context, count: int) -> list[dict[str, Any]]:
    """Return so many records, each with a number of its own: the same data twice may count as existing."""
    field, first = context.told("dataset_field"), context.random.randrange(10**6)
    return [{field: first + each + 0.5} for each in range(count)]


def _push(context: Context, body: list[dict[str, Any]], **parameters: Any) -> Answer:
    return context.send(context.draft(PUSH, body=body, **parameters))


@case("neuroncloud/dataset-push/several-records", requirements=["dataset-push/several-records"], calls=[PUSH])
def several_records_are_taken(context: Context) -> None:
    """One request carries several records."""
    answer = _push(context, _records(context, min(3, context.most)))
    context.served(context.operation(PUSH), answer, "dataset-push/several-records")


@case("neuroncloud/dataset-push/thousand", requirements=["dataset-push/thousand"], calls=[PUSH])
def thousand_records_are_taken(context: Context) -> None:
    """A request with 1,000 records is served."""
    answer = _push(context, _records(context, LIMIT))
    context.served(context.operation(PUSH), answer, "dataset-push/thousand")


@case("neuroncloud/dataset-push/fields-match", requirements=["dataset-push/fields-match"], calls=[PUSH])
def unknown_field_is_refused(context: Context) -> None:
    """A record with a field that the dataset is not configured with is refused."""
    record = {**_records(context, 1)[0], f"conformance_{context.random.randrange(10**6)}": 1.5}
    answer = _push(context, [record])
    context.refused("dataset-push/fields-match", answer, Stated.CONSTRAINT, what="a refusal (unknown field)")


@case("neuroncloud/dataset-push/types-match", requirements=["dataset-push/types-match"], calls=[PUSH])
def value_of_another_type_is_refused(context: Context) -> None:
    """A record with a text in a field for numbers is refused."""
    answer = _push(context, [{context.told("dataset_field"): "no number"}])
    context.refused("dataset-push/types-match", answer, Stated.CONSTRAINT, what="a refusal (a text for a number)")


@case("neuroncloud/dataset-push/unknown-dataset", requirements=["dataset-push/unknown-dataset"], calls=[PUSH])
def unknown_dataset_is_refused(context: Context) -> None:
    """A push to a dataset that does not exist is refused."""
    answer = _push(context, _records(context, 1), datasetName=f"conformance_{context.random.randrange(10**9)}")
    context.refused("dataset-push/unknown-dataset", answer, what="a refusal (unknown dataset)")


@case("neuroncloud/dataset-push/unknown-project", requirements=["dataset-push/unknown-project"], calls=[PUSH])
def unknown_project_is_answered(context: Context) -> None:
    """A push that names a project which does not exist is refused or served (erratum unknown-project)."""
    project = f"{context.told('project_id')}-{context.random.randrange(10**6)}"
    answer = _push(context, _records(context, 1), **{"X-Param-ProjectId": project})
    tells(context, "dataset-push/unknown-project", answer, "an unknown project")


def _of_points(context: Context) -> None:
    """Give up where the query shows records of the data warehouse in place of values of points (erratum same-path).

    Raises:
        Inconclusive: it does; nothing is known of their members.
    """
    answer = past_week(context, subject=QUERY)
    if says(context.contract, answer) is Says.YES and _is_other(answer):
        raise Inconclusive("the data query shows records in members of their own (erratum same-path)")


def _is_other(answer: Answer) -> bool:
    found = records(answer)
    return bool(found) and all("equipmentName" not in each for each in found)


@case(
    "neuroncloud/dataset-query/same-answer",
    requirements=["dataset-query/same-answer"],
    calls=[QUERY, HISTORY, LIST],
)
def project_header_changes_nothing(context: Context) -> None:
    """With the project header, the history is the one without it, or records of the warehouse (erratum same-path)."""
    seen: list[Answer] = []

    def look() -> bool:
        # One range for both, which ends before what is coming in at this moment.
        end = context.now() - AROUND
        start = end - WEEK + MARGIN
        seen[:] = [history(context, subject=subject, start=start, end=end) for subject in (HISTORY, QUERY)]
        return _is_other(seen[1]) or _values(context, seen[0]) == _values(context, seen[1])

    same = eventually(context, look, at_least=2)
    for subject, answer in zip((HISTORY, QUERY), seen, strict=True):
        if not context.served(context.operation(subject), answer):
            return
    more, less = (Counter(_values(context, answer)) for answer in seen)
    context.check(
        "dataset-query/same-answer",
        same,
        expected=f"the {sum(more.values())} values without the header",
        actual=f"{sum(less.values())} values, of which {sum((less - more).values())} are others",
    )
    if _is_other(seen[1]):
        context.notes.append("with the project header, records in members of their own are shown")


def _values(context: Context, answer: Answer) -> list[tuple[str, str, Any]]:
    found: list[Sample] = samples(context, answer)
    return sorted((f"{each.time}", f"{each.point}", each.number) for each in found if each.number is not None)


@case("neuroncloud/dataset-query/time-range", requirements=["dataset-query/time-range"], calls=[QUERY, LIST])
def query_shows_the_range_and_nothing_else(context: Context) -> None:
    """With startTime, endTime and the project header, no value outside the range is returned."""
    _of_points(context)
    time_range(context, QUERY)


@case("neuroncloud/dataset-query/single-point", requirements=["dataset-query/single-point"], calls=[QUERY, LIST])
def query_shows_the_point_and_no_other(context: Context) -> None:
    """With functionType and the project header, all values are of that point."""
    _of_points(context)
    single_point(context, QUERY)


@case("neuroncloud/dataset-query/older-than-week", requirements=["dataset-query/older-than-week"], calls=[QUERY, LIST])
def query_shows_nothing_from_before_the_week(context: Context) -> None:
    """Values from before the past week are not returned with the project header either."""
    _of_points(context)
    older_than_week(context, QUERY)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
