"""1.12.1–1.12.3: packages are listed, read and deleted."""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case
from conformance.suites.context import Context
from conformance.suites.huawei.page_cases import paging_cases
from conformance.suites.huawei.pages import eventually_found
from conformance.suites.huawei.upgrade_parts import EXACT, PACKAGES, differing, meets
from conformance.suites.waiting import eventually, observe, refused_in_the_end

PRINTED: Final = "manufactureName"
"""How the example of a request writes manufacturerName (erratum manufacturer-query-name)."""
OTHER_TYPE: Final = {"softwarePackage": "firmwarePackage", "firmwarePackage": "softwarePackage"}

DEFAULTS, PAGES = paging_cases(PACKAGES, lambda _: {}, ["package-list"])


def _package(context: Context) -> dict[str, Any]:
    """Return what reading shows of a package (a preamble)."""
    made = context.have("package")
    shown = context.prepare("package-query", fileId=made.id).json
    return {**(shown if isinstance(shown, dict) else {}), "fileId": made.id}


def _filter(name: str, statement: str) -> Case:
    """Return the case about a query parameter that chooses packages by the member of the same name."""
    rule = f"1.12.1/filter-{statement}"

    def body(context: Context) -> None:
        package = _package(context)
        value = package.get(name)
        if not isinstance(value, str) or not value:
            raise Inconclusive(f"package-query shows no {name} of the package {package['fileId']}")
        other = OTHER_TYPE.get(value, context.unique()) if name == "fileType" else context.unique()
        used = _query_name(context, name, other, package["fileId"])
        for wanted in (value, other):
            answer = _chosen(context, used, wanted, package["fileId"] if wanted == value else None)
            shown = [(each.get("fileId"), each.get(name)) for each in PACKAGES.records(answer)]
            held = any(each[0] == package["fileId"] for each in shown)
            strangers = [each for each in shown if not meets(name, wanted, each[1])]
            how = "is" if name in EXACT else "is or holds"
            expected = f"packages whose {name} {how} {wanted}, and no others"
            if wanted == value and not held and (PACKAGES.count(answer) or 0) > len(shown):
                raise Inconclusive(f"more packages have this {name} than one page holds")
            actual = f"also {strangers[:3]}" if strangers else f"{'with' if held else 'without'} {package['fileId']}"
            context.check(
                rule, not strangers and held is (wanted == value), expected=expected, actual=actual, answer=answer
            )

    body.__doc__ = f"With {name} the list holds the packages of that {name}, and no others."
    return case(f"huawei/package-list/filter/{name}", requirements=[rule], calls=["package-list", "package-query"])(
        body
    )


def _chosen(context: Context, name: str, value: str, identity: str | None = None) -> Answer:
    """Return the packages that a filter chooses, when it holds the package `identity` or the delay is over."""
    seen: list[Answer] = []

    def look() -> bool:
        draft = context.draft("package-list", pageSize=PACKAGES.largest)
        draft.query[name] = value  # the name may be one that the table does not have
        seen[:] = [context.succeed(draft)]
        return identity is None or identity in PACKAGES.ids(seen[0])

    eventually(context, look)
    return seen[0]


def _query_name(context: Context, name: str, other: str, identity: str) -> str:
    """Return the name by which the platform takes a filter: the table's, or for the manufacturer the example's."""
    if name != "manufacturerName" or identity not in PACKAGES.ids(_chosen(context, name, other)):
        return name
    return name if identity in PACKAGES.ids(_chosen(context, PRINTED, other)) else PRINTED


FILTERS: Final = tuple(
    _filter(name, statement)
    for name, statement in (
        ("fileType", "file-type"),
        ("deviceType", "device-type"),
        ("model", "model"),
        ("manufacturerName", "manufacturer"),
        ("version", "version"),
    )
)


@case("huawei/package-list/listed", requirements=["1.12.1/listed"], calls=["package-list"])
def prepared_package_is_listed(context: Context) -> None:
    """A package that was uploaded is in the list."""
    package = context.have("software-package")
    item = eventually_found(context, PACKAGES, package.id)
    context.check("1.12.1/listed", item is not None, expected=f"{package.id} on a page", actual="absent")


@case(
    "huawei/package-query/same-package", requirements=["1.12.2/same-package"], calls=["package-list", "package-query"]
)
def package_read_is_the_one_asked_for(context: Context) -> None:
    """The package that is read has the fileId that is asked for."""
    package = context.have("package")
    answer = context.succeed("package-query", fileId=package.id)
    context.equal("1.12.2/same-package", answer.at("/fileId"), package.id, pointer="/fileId")


@case(
    "huawei/package-query/matches-list", requirements=["1.12.2/matches-list"], calls=["package-list", "package-query"]
)
def package_is_read_as_it_is_listed(context: Context) -> None:
    """Reading a package shows the values that the list shows."""
    package = context.have("package")
    item = eventually_found(context, PACKAGES, package.id)
    if item is None:
        raise Inconclusive(f"the list does not hold the package {package.id}")
    listed = {name: value for name, value in item.items() if value is not None}
    answer = observe(context, "package-query", lambda read: not differing(read, listed), within="", fileId=package.id)
    wrong = differing(answer.json, listed)
    expected = {name: listed[name] for name in wrong} or "as in the list"
    context.check("1.12.2/matches-list", not wrong, expected=expected, actual=wrong)


def _uploaded(context: Context) -> str:
    """Have somebody upload a package (upper tester), which the case may then delete.

    Raises:
        Inconclusive: there is no upper tester, or it cannot.
    """
    result = context.act("package-upload", fileType="softwarePackage")
    identity = result.get("fileId") if isinstance(result, dict) else None
    if not isinstance(identity, str):
        raise Inconclusive("the upper tester's package-upload gave no fileId")
    return identity


DELETING: Final = ["package-delete", "package-query", "package-list"]


@case("huawei/package-delete/unreadable", requirements=["1.12.3/unreadable"], calls=DELETING)
def deleted_package_is_no_longer_read(context: Context) -> None:
    """A package that was deleted can no longer be read."""
    identity = _uploaded(context)
    context.prepare("package-query", fileId=identity)
    context.succeed("package-delete", fileId=identity)
    answer = refused_in_the_end(context, "package-query", fileId=identity)
    context.refused("1.12.3/unreadable", answer, what="a refusal: the package was deleted")


@case("huawei/package-delete/unlisted", requirements=["1.12.3/unlisted"], calls=DELETING)
def deleted_package_is_no_longer_listed(context: Context) -> None:
    """A package that was deleted is no longer in the list."""
    identity = _uploaded(context)
    if eventually_found(context, PACKAGES, identity) is None:
        raise Inconclusive(f"the list does not hold the package {identity} that was uploaded")
    context.succeed("package-delete", fileId=identity)
    item = eventually_found(context, PACKAGES, identity, present=False)
    context.check("1.12.3/unlisted", item is None, expected="no page holds it", actual=f"{identity} is listed")


@case("huawei/package-delete/keeps-others", requirements=["1.12.3/keeps-others"], calls=DELETING)
def other_packages_stay(context: Context) -> None:
    """Deleting one package leaves another where it is."""
    identity, other = _uploaded(context), _uploaded(context)
    context.succeed("package-delete", fileId=identity)
    answer = context.call("package-query", fileId=other)
    context.served(context.operation("package-query"), answer, "1.12.3/keeps-others")
