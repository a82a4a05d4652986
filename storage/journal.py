"""The journal: everything that was handed to the engine, in processing order, in `DIR/journal.parquet`.

That is a folder of parts, `<first seq>-<last seq>.parquet`, as any Parquet reader takes it, with the columns seq,
recv_ts (ms UTC, this machine's clock), kind and payload_json. What comes live is first appended to a plain log beside
them, `_<first seq>.log`, a line an entry: a kill costs at most what was not flushed, and a torn last line is left out.
Full logs are sealed into parts (`python -m storage.journal DIR`, a process of its own: no Parquet in the live one).
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from storage.store_lock import StoreLock, StoreTaken
from storage.tape import TapeError

NAME = "journal.parquet"
MOST_BYTES = 16 << 20
BUFFER = 1 << 18
_PART = re.compile(r"(\d{12})-(\d{12})\.parquet")
_LOG = re.compile(r"_(\d{12})\.log")


class Entry(NamedTuple):
    """One line: `seq` grows by one, `payload_json` is one JSON object."""

    seq: int
    recv_ts: int
    kind: str
    payload_json: str


def has_journal(data: Path) -> bool:
    """Whether something was journalled in `data`."""
    folder = data / NAME
    return folder.is_file() or (folder.is_dir() and bool(_parts(folder) or _logs(folder)))


class Journal:
    """Appends to the journal of `data`; one writer at a time. Raises StoreTaken, and OSError where a disk is full."""

    def __init__(self, data: Path) -> None:
        self._folder = data / NAME
        self._lock = StoreLock(data / "journal")

    def __enter__(self) -> Self:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock.__enter__()
        self._seq = _next_seq(self._folder)
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        finally:
            self._lock.__exit__(kind, error, trace)

    def append(self, recv_ts: int, kind: str, payload: Mapping[str, Any]) -> None:
        """One more entry; it is on its way to the disk after `flush`."""
        text = json.dumps(payload, separators=(",", ":"))
        line = f"{self._seq}\t{recv_ts}\t{kind}\t{text}\n".encode()
        self._file.write(line)
        self._seq += 1
        self.size += len(line)

    def flush(self) -> None:
        """Hand everything to the system: a kill of this process loses nothing of it."""
        self._file.flush()

    def rotate(self) -> None:
        """Begin a new log; the old one, safe on the disk, can be sealed."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._open()

    @property
    def full(self) -> bool:
        """Whether it is time to rotate."""
        return self.size >= MOST_BYTES

    def _open(self) -> None:
        self.size = 0
        self._file = (self._folder / f"_{self._seq:012}.log").open("wb", buffering=BUFFER)


def read_journal(data: Path, after: int = 0) -> Iterator[Entry]:
    """Every entry behind `after` in order, sealed or not. Raises TapeError naming file, row and reason."""
    folder, wanted = data / NAME, None
    parts = [] if folder.is_file() else [path for path in _parts(folder) if int(path.name[13:25]) > after]
    for path in [folder] if folder.is_file() else [*parts, *_unsealed(folder)]:
        entries = _read_log(path) if path.suffix == ".log" else _read_part(path)
        for row, entry in enumerate(entries):
            if wanted is not None and entry.seq != wanted:
                raise TapeError(path, row, f"seq is {entry.seq}, not {wanted}: entries are missing or out of order")
            wanted = entry.seq + 1
            if entry.seq > after:
                yield entry


def seal(data: Path, *, whole: bool = False) -> int:
    """Make parts of all logs but the newest, which may still be written to (`whole`: of all); the number of parts."""
    logs = _logs(data / NAME)
    return sum(_seal(path) for path in (logs if whole else logs[:-1]))


def prune(data: Path, keep_since: float, most_bytes: int) -> list[str]:
    """Drop the oldest parts: those written before `keep_since` (seconds UTC), and what is beyond `most_bytes`."""
    found = [(path, path.stat()) for path in _parts(data / NAME)]
    total = sum(stat.st_size for _, stat in found)
    dropped = []
    for path, stat in found:
        if stat.st_mtime >= keep_since and total <= most_bytes:
            break
        path.unlink()
        dropped.append(path.name)
        total -= stat.st_size
    return dropped


def _parts(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if _PART.fullmatch(path.name))


def _logs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if _LOG.fullmatch(path.name))


def _unsealed(folder: Path) -> list[Path]:
    """Logs whose part is not there yet (a kill may come between the part and the end of its log)."""
    sealed = {path.name[:12] for path in _parts(folder)}
    return [path for path in _logs(folder) if path.name[1:13] not in sealed]


def _next_seq(folder: Path) -> int:
    """One more than the newest entry; a log that holds none is removed."""
    for path in reversed(_logs(folder)):
        entries = list(_read_log(path))
        if entries:
            return entries[-1].seq + 1
        path.unlink()
    parts = _parts(folder)
    return int(parts[-1].name[13:25]) + 1 if parts else 1


def _read_log(path: Path) -> Iterator[Entry]:
    """The whole lines; what a kill or a power cut tore ends it."""
    first = int(path.name[1:13])
    with path.open("rb") as lines:
        for wanted, line in enumerate(lines, first):
            fields = line.decode("utf-8", "replace").rstrip("\n").split("\t")
            if not line.endswith(b"\n") or len(fields) != 4 or fields[0] != str(wanted):
                return
            yield Entry(wanted, int(fields[1]), fields[2], fields[3])


def _read_part(path: Path) -> Iterator[Entry]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        batches: Iterable[pa.RecordBatch] = pq.ParquetFile(path).iter_batches(8192, columns=list(Entry._fields))
        for batch in batches:
            for values in zip(*(column.to_pylist() for column in batch.columns)):
                yield Entry(*values)
    except (pa.ArrowException, OSError, TypeError) as error:
        raise TapeError(path, None, f"not a readable part of a journal ({str(error).splitlines()[0]})") from error


def _seal(log: Path) -> bool:
    """One log into one part; the log goes once the part is in its place."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    entries = list(_read_log(log))
    if entries:
        types = [pa.int64(), pa.int64(), pa.dictionary(pa.int32(), pa.string()), pa.string()]
        columns = [pa.array(values, kind) for values, kind in zip(zip(*entries), types)]
        part = log.with_name(f"{entries[0].seq:012}-{entries[-1].seq:012}.parquet")
        temporary = log.with_name(f".{part.name}.part")
        pq.write_table(pa.table(columns, names=list(Entry._fields)), temporary, compression="zstd")
        temporary.replace(part)
    log.unlink()
    return bool(entries)


def main() -> None:
    """The process that seals; where another one is at it, it leaves it at that."""
    data = Path(sys.argv[1])
    with suppress(StoreTaken), StoreLock(data / "journal-seal"):
        seal(data, whole="--whole" in sys.argv)


if __name__ == "__main__":
    main()
