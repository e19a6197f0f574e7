"""`iot-conformance vectors export`: the known-answer vectors as files for a program's own tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from conformance.contract.location import schemas_root, vectors_root
from conformance.iut.errors import UsageError
from conformance.vectors import VectorFile, load


@click.group()
def vectors() -> None:
    """Export the known-answer vectors; `list vectors` and `show VECTOR-ID` print them."""


@vectors.command()
@click.option("--format", "form", type=click.Choice(["json", "c-header"]), required=True, help="Form of the files.")
@click.option("--scheme", "scheme", metavar="S", help="Only this scheme.")
@click.option(
    "--out", "out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder for the files."
)
def export(form: str, scheme: str | None, out: Path) -> None:
    """Write the vectors as JSON files, or as C arrays for programs without a JSON parser."""
    known = tuple(dict.fromkeys(file.scheme for file in load()))
    if scheme is not None and scheme not in known:
        raise UsageError(f"--scheme {scheme!r}: not known in this version; one of {', '.join(known)}")
    chosen = tuple(file for file in load() if scheme in (None, file.scheme))
    contents = list(_json(chosen) if form == "json" else _c(chosen))
    try:
        out.mkdir(parents=True, exist_ok=True)
        there = next((out / name for name, _ in contents if (out / name).exists()), None)
        if there is not None:
            raise UsageError(f"{there}: exists already; give another folder with --out (nothing was overwritten)")
        for name, content in contents:
            (out / name).write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"--out {out}: cannot be used ({error.strerror}); give a folder that can be written"
        ) from error
    count = sum(len(file.tests) for file in chosen)
    click.echo(f"wrote {count} vectors in {len(chosen)} files, {len(contents)} files in all, to {out}")


def _json(files: tuple[VectorFile, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield the files as they are, with what explains them."""
    from conformance.vectors.store import file_name

    for file in files:
        name = file_name(file.scheme, file.operation)
        yield name, (vectors_root() / name).read_bytes()
    yield "README.md", (vectors_root() / "README.md").read_bytes()
    yield "vectors.schema.json", (schemas_root() / "suite" / "vectors.json").read_bytes()


def _c(files: tuple[VectorFile, ...]) -> Iterator[tuple[str, bytes]]:
    from conformance.vectors.c_header import headers

    for name, content in headers(files):
        yield name, content.encode("utf-8")
