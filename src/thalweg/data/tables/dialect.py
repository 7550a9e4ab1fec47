"""Which dialect of CSV a file is written in: encoding, comments, separator, header."""

from __future__ import annotations

import csv
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thalweg.data.reading import Reading
from thalweg.data.tables.findings import Findings, counted
from thalweg.errors import DataError
from thalweg.unfolding import unzipped

SEPARATORS = (",", ";", "\t", "|")
WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks"}
SAMPLE = 200
"""Lines that the separator is found from."""

MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


@dataclass(frozen=True)
class Lines:
    """A CSV file as text: `header` (None where there is none) and the `body`, one line a row, separated by
    `separator`. `class_names`: those that scikit-learn writes into the first line of its own files.
    """

    header: list[str] | None
    body: list[str]
    separator: str
    class_names: tuple[str, ...] = ()


def read_lines(path: Path, reading: Reading, found: Findings) -> Lines:
    """Return the file as lines of one dialect; what had to be guessed becomes a note.

    Raises `DataError` for a file that is empty, cannot be decoded, has a cell without end, or whose rows
    differ in length.
    """
    try:
        return _lines(path, reading, found)
    except csv.Error as error:
        raise unreadable(path, str(error)) from None


def _lines(path: Path, reading: Reading, found: Findings) -> Lines:
    text = _decoded(_bytes(path), reading, found, path)
    lines, comments, numbers = _rows(text, found)
    if not lines:
        raise unreadable(path, "it is empty")
    separator = reading.separator or _separator(lines, path)
    usual = "\t" if ".tsv" in path.name.lower() else ","
    if separator != usual and reading.separator is None:
        found.note(f"The columns are separated by {WORDS[separator]} (--separator says otherwise).")
    if separator == " ":
        lines = [" ".join(line.split()) for line in lines]
    if _single_quoted(lines[0], separator):
        found.note("Names and words stand in single quotes: they are taken away.")
        lines = _written_again(lines, separator, quotechar="'")
    elif separator != " " and re.search(rf'{re.escape(separator)} +"', text):
        lines = _written_again(lines, separator, skipinitialspace=True)
    return _headed(lines, separator, comments=comments, numbers=numbers, path=path, found=found)


def _bytes(path: Path) -> bytes:
    try:
        return unzipped(path.read_bytes(), path, DataError)
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, str(error)) from None


def _decoded(data: bytes, reading: Reading, found: Findings, path: Path) -> str:
    """Return the text of the file: as asked, by its byte order mark, as UTF-8, or as the best guess."""
    name = reading.encoding or next((name for mark, name in MARKS.items() if data.startswith(mark)), "")
    try:
        if name:
            text = data.decode(name).removeprefix("\ufeff")
            if not reading.encoding and name != "utf-8-sig":
                found.note(f"The file is read as {name}.")
            return text
        if data[:2000].count(0) > len(data[:2000]) // 5:
            name = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
            found.note(f"The file is read as {name} (--encoding says otherwise).")
            return data.decode(name)
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if name:
            raise unreadable(path, f"byte {error.start:,} is not {name}") from None
    name, text = _guessed(data, path)
    found.note(f"The file is no UTF-8: it is read as {name} (--encoding says otherwise).")
    return text


def _guessed(data: bytes, path: Path) -> tuple[str, str]:
    """Return encoding and text of a file that is no UTF-8; Windows' and Latin-1 letters are most likely."""
    if b"\0" in data:
        raise unreadable(path, f"byte {data.index(0):,} is 0, which is no text")
    try:
        return "cp1252", data.decode("cp1252")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
    if best is None:
        return "latin-1", data.decode("latin-1")
    return best.encoding, str(best)


def _rows(text: str, found: Findings) -> tuple[list[str], list[str], list[int]]:
    """Return the lines that hold something, the comments among the others, and the lines' numbers from 1."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starred = sum(line.startswith("#") for line in lines)
    # a column of colours (#ff0000) begins every row so, a comment does not
    commented = 0 < starred < len(lines) / 2
    kept, comments, numbers, quotes = [], [], [], 0
    for number, line in enumerate(lines, start=1):
        inside = quotes % 2
        quotes += line.count('"')
        if not inside and not line.strip(" \t,;|"):
            continue
        if not inside and commented and line.startswith("#"):
            comments.append(line[1:].strip())
            continue
        kept.append(line)
        numbers.append(number)
    if comments:
        found.note(f"{counted(len(comments), 'line')} that begin with # are left out as comments.")
    return kept, comments, numbers


def _separator(lines: list[str], path: Path) -> str:
    """Return the separator that cuts most of the first lines into as many fields as each other.

    Among equals the usual one of the file's ending comes last but for the comma, which is often a decimal
    mark; blanks only when nothing else separates.
    """
    sample = lines[:SAMPLE]
    usual = "\t" if ".tsv" in path.name.lower() else ","
    best, most = usual, 0.0
    for separator in (*dict.fromkeys((*(("\t",) if usual == "\t" else ()), ";", "\t", "|", ",")), " "):
        squeezed = [" ".join(line.split()) for line in sample] if separator == " " else sample
        counts = Counter(fields_of(squeezed, separator))
        count, often = counts.most_common(1)[0]
        share = often / sum(counts.values()) if count > 1 else 0.0
        if separator == " ":
            share = share if most == 0.0 and share == 1.0 else 0.0
        if share > most + 1e-9 and share > 0.5:
            best, most = separator, share
    return best


def fields_of(lines: list[str], separator: str) -> list[int]:
    """Return the number of fields of every record."""
    if not any('"' in line for line in lines):
        return [line.count(separator) + 1 for line in lines]
    return [len(record) for record in csv.reader(lines, delimiter=separator)]


def _single_quoted(header: str, separator: str) -> bool:
    """Return whether every name in the first line stands in single quotes, as statisticians' files may."""
    names = [name.strip() for name in header.split(separator)]
    return len(names) > 1 and all(len(name) > 2 and name[0] == name[-1] == "'" for name in names)


def _written_again(lines: list[str], separator: str, **how: Any) -> list[str]:
    """Return lines that were quoted in the way `how` says, quoted in the usual way."""
    import io

    records = csv.reader([line + "\n" for line in lines], delimiter=separator, **how)
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="\n").writerows(records)
    return written.getvalue().split("\n")[:-1]


def _headed(
    lines: list[str], separator: str, *, comments: list[str], numbers: list[int], path: Path, found: Findings
) -> Lines:
    """Return the lines with their header apart, whether it is usual, scikit-learn's, missing or a comment."""
    reader = csv.reader([line + "\n" for line in lines], delimiter=separator)
    header = [name.strip() for name in next(reader)]
    body = lines[reader.line_num :]
    short = _short_header(header, body, separator)
    if short:
        found.note(
            f"The first line is scikit-learn's: {header[0]} rows, {header[1]} features, classes "
            f"{', '.join(short)}. The last column holds the classes."
        )
        return Lines(None, body, separator, short)
    if _is_data(header, body, separator):
        said = next(csv.reader(comments[-1:], delimiter=separator), [])
        named = len(said) == len(header)
        header, body = ([name.strip() for name in said] if named else None), lines
        if not named:
            found.note("The file has no header: its columns are called column_1, column_2 and so on.")
    wanted = len(header) if header else Counter(fields_of(body, separator)).most_common(1)[0][0]
    header, body = _even(
        header, body, separator, wanted, numbers=numbers[-len(body) :], path=path, found=found
    )
    return Lines(header, body, separator)


def _short_header(header: list[str], body: list[str], separator: str) -> tuple[str, ...]:
    """Return the class names in a first line such as `150,4,setosa,versicolor,virginica`."""
    if len(header) < 4 or not (header[0].isdigit() and header[1].isdigit()):
        return ()
    fits = int(header[0]) == len(body) and {int(header[1]) + 1} == set(fields_of(body, separator))
    return tuple(header[2:]) if fits else ()


def is_number(text: str) -> bool:
    """Return whether a field is a number, with a decimal point or comma."""
    return bool(re.fullmatch(r"\s*[-+]?(\d[\d.,' ]*|[.,]\d+)([eE][-+]?\d+)?\s*", text))


def _is_data(header: list[str], body: list[str], separator: str) -> bool:
    """Return whether the first line is a row like the others.

    So it is when every field is a number or a value that its column repeats further down. Whole numbers that
    count (0, 1, 2, ...) are names all the same: pandas writes them for columns without any.
    """
    digits = [int(name) for name in header if name.isdigit()]
    if (
        not body
        or not all(header)
        or (len(digits) > 1 and digits == list(range(digits[0], digits[0] + len(digits))))
    ):
        return False
    if digits == [0] and len(header) == 2:
        return False
    columns = list(zip(*csv.reader(body[:SAMPLE], delimiter=separator), strict=False))
    if len(columns) != len(header):
        return False
    repeated = [
        name in {value.strip() for value in values} for name, values in zip(header, columns, strict=True)
    ]
    return all(is_number(name) or again for name, again in zip(header, repeated, strict=True))


def _even(
    header: list[str] | None,
    body: list[str],
    separator: str,
    wanted: int,
    *,
    numbers: list[int],
    path: Path,
    found: Findings,
) -> tuple[list[str] | None, list[str]]:
    """Return header and body with as many fields a row; rows that differ are named."""
    counts = fields_of(body, separator)
    if header and set(counts) == {wanted + 1}:
        if all(line.rstrip().endswith(separator) for line in body):
            return [*header, ""], body  # a separator at the end of every row
        found.note("Every row has one field more than the header: the first is taken as the name of the row.")
        return ["", *header], body
    odd = [place for place, count in enumerate(counts) if count != wanted]
    if odd:
        places = numbers if len(numbers) == len(counts) else list(range(1, len(counts) + 1))
        shown = ", ".join(f"line {places[place]} has {counts[place]}" for place in odd[:8])
        more = f" and {len(odd) - 8} more lines differ" if len(odd) > 8 else ""
        raise unreadable(path, f"{shown}{more}; expected {counted(wanted, 'field')}")
    return header, body


def unreadable(path: Path, why: str) -> DataError:
    """Return the error for a file that is no table."""
    return DataError(
        f"{path} cannot be read as a table: {why}.",
        hint="expected a header line and the same number of columns in every row; "
        "--separator, --decimal and --encoding say how it is written.",
    )
