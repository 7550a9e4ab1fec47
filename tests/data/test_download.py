"""The real download path, against a server on this machine: mirrors, hashes, broken transfers."""

import gzip
import hashlib
import http.server
import io
import socket
import threading
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from thalweg.data import download, sources
from thalweg.data.locations import cache_folder
from thalweg.data.registry import REGISTRY, NamedFile, NamedSet
from thalweg.errors import DataError, SourceUnreachable


class Mirrors(http.server.BaseHTTPRequestHandler):
    """Serves `pages`; a page of the folder /cut/ promises more bytes than it has."""

    pages: dict[str, bytes]
    asked: list[str]

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.asked.append(self.path)
        if (body := self.answer()) is not None:
            self.wfile.write(body)

    def answer(self):
        body = self.pages.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"") + 9 * self.path.startswith("/cut/")))
        self.end_headers()
        return body

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    handler = type("Handler", (Mirrors,), {"pages": {}, "asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def pages(server):
    return server.RequestHandlerClass.pages


@pytest.fixture
def base(server):
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def refusing():
    """Return the address of a port on which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    return f"http://127.0.0.1:{port}/"


@pytest.fixture
def contents(tmp_path, write_idx, tiny):
    """Return the four published .gz files, by name."""
    images, labels = tiny
    arrays = {"train-images-idx3": images, "train-labels-idx1": labels}
    arrays |= {"t10k-images-idx3": images[:12], "t10k-labels-idx1": labels[:12]}
    return {
        f"{name}-ubyte.gz": write_idx(tmp_path / "published" / f"{name}-ubyte.gz", array).read_bytes()
        for name, array in arrays.items()
    }


@pytest.fixture
def offer(base, pages, contents, monkeypatch):
    """Return a function that registers the set `tiny`, kept by the given mirrors, and allows the network."""
    monkeypatch.setenv("THALWEG_OFFLINE", "0")
    pages.update({f"/good/{name}": content for name, content in contents.items()})

    def register(*mirrors: str, compressed_only: bool = False, **changes) -> NamedSet:
        files = []
        for name, data in contents.items():
            part, content = name.split("-")[:2]
            sha256 = "" if compressed_only else hashlib.sha256(gzip.decompress(data)).hexdigest()
            compressed = f"md5:{hashlib.md5(data).hexdigest()}"
            count = 30 if part == "train" else 12
            part = "train" if part == "train" else "test"
            files.append(NamedFile(part, content, name.removesuffix(".gz"), count, sha256, compressed))
        named = NamedSet(
            "tiny",
            "a tiny set",
            ("a", "b", "c"),
            tuple(files),
            tuple(f"{base}{mirror}" if mirror.startswith("/") else mirror for mirror in mirrors),
            licence="none",
            citation="none",
            input_shape=(5, 4),
        )
        monkeypatch.setitem(REGISTRY, "tiny", replace(named, **changes))
        return REGISTRY["tiny"]

    return register


def left_over(named):
    folder = cache_folder(named)
    return sorted(path.name for path in folder.rglob("*")) if folder.exists() else []


def test_fetched_verified_cached(offer, server, contents, tiny):
    named = offer("/good/")
    dataset = sources.load_named("tiny")
    np.testing.assert_array_equal(dataset.train.raw, tiny[0])
    np.testing.assert_array_equal(dataset.test.labels, tiny[1][:12])
    assert dataset.class_names == ("a", "b", "c")
    assert left_over(named) == sorted(contents)
    asked = len(server.RequestHandlerClass.asked)
    assert sources.load_named("tiny").content_hash == dataset.content_hash
    assert len(server.RequestHandlerClass.asked) == asked  # the second time from the cache


@pytest.mark.parametrize("bad", ["/missing/", "/wrong/", "/cut/", "/page/"])
def test_second_mirror_when_the_first_fails(offer, pages, contents, bad, tiny):
    if bad == "/wrong/":
        changed = bytearray(gzip.decompress(contents["train-images-idx3-ubyte.gz"]))
        changed[100] ^= 1
        pages.update({f"/wrong/{name}": content for name, content in contents.items()})
        pages["/wrong/train-images-idx3-ubyte.gz"] = gzip.compress(bytes(changed))
    if bad == "/cut/":
        pages.update({f"/cut/{name}": content[:-9] for name, content in contents.items()})
    if bad == "/page/":
        pages.update({f"/page/{name}": b"<html>Please log in</html>" for name in contents})
    named = offer(bad, "/good/")
    np.testing.assert_array_equal(sources.load_named("tiny").train.raw, tiny[0])
    assert left_over(named) == sorted(contents)


@pytest.mark.parametrize("compressed_only", [False, True])
def test_wrong_hash_is_refused_and_nothing_stays(offer, pages, contents, compressed_only):
    for name, content in contents.items():
        data = bytearray(gzip.decompress(content))
        data[-1] = (data[-1] + 1) % 3
        pages[f"/wrong/{name}"] = gzip.compress(bytes(data))
    named = offer("/wrong/", compressed_only=compressed_only)
    with pytest.raises(SourceUnreachable, match=r"SHA-256 of the unc|wrong hash: md5:") as caught:
        sources.load_named("tiny")
    assert named.mirrors[0] in caught.value.message
    assert left_over(named) == []


def test_what_was_true_is_kept_and_the_rest_fetched_later(offer, pages, contents):
    partial = dict(list(contents.items())[:2])
    pages.update({f"/partial/{name}": content for name, content in partial.items()})
    named = offer("/partial/")
    with pytest.raises(SourceUnreachable, match=r"t10k-images-idx3-ubyte\.gz: the server says 404 Not Found"):
        sources.load_named("tiny")
    assert left_over(named) == sorted(partial)
    offer("/good/")
    assert len(sources.load_named("tiny").test) == 12


def test_truncated_body(offer, pages, contents):
    pages.update({f"/cut/{name}": content[:-9] for name, content in contents.items()})
    named = offer("/cut/")
    with pytest.raises(
        SourceUnreachable, match=r"/cut/: train-images-idx3-ubyte\.gz: the transfer broke off"
    ):
        sources.load_named("tiny")
    assert left_over(named) == []


def test_connection_refused(offer, refusing):
    named = offer(refusing, refusing + "other/")
    with pytest.raises(SourceUnreachable) as caught:
        sources.load_named("tiny")
    for mirror in named.mirrors:
        assert f"{mirror}: no connection" in caught.value.message
    for file in named.files:
        assert file.published in caught.value.hint
    assert str(cache_folder(named)) in caught.value.hint
    assert not cache_folder(named).exists()


def test_a_silent_mirror_is_passed_over(offer, monkeypatch, contents):
    monkeypatch.setattr(download, "ANSWER_SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        named = offer(f"http://127.0.0.1:{silent.getsockname()[1]}/", "/good/")
        sources.load_named("tiny")
        assert left_over(named) == sorted(contents)
        reasons = {}
        monkeypatch.setattr(download, "ANSWER_SECONDS", 0.05)
        answering = list(download._answering(named.mirrors[:1], named.files[0], reasons))
        assert (answering, reasons) == ([], {named.mirrors[0]: "no answer within 0.05 seconds"})


def test_interruption_leaves_nothing(offer, monkeypatch):
    def interrupted(_address, folder, name):
        (folder / name).write_bytes(b"half")
        raise KeyboardInterrupt

    named = offer("/good/")
    monkeypatch.setattr(download, "retrieve", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sources.load_named("tiny")
    assert left_over(named) == []


def test_a_cache_that_cannot_be_written(offer, tmp_path):
    named = offer("/good/")
    cache_folder(named).parent.mkdir(parents=True)
    cache_folder(named).write_text("in the way")
    with pytest.raises(DataError, match="Cannot write tiny into"):
        sources.load_named("tiny")


@pytest.mark.parametrize("how", ["argument", "variable"])
def test_offline_never_tries(offer, server, monkeypatch, how):
    named = offer("/good/")
    if how == "variable":
        monkeypatch.setenv("THALWEG_OFFLINE", "1")
    with pytest.raises(SourceUnreachable, match=r"the network: not tried \(offline\)") as caught:
        sources.load_named("tiny", offline=True if how == "argument" else None)
    assert str(cache_folder(named)) in caught.value.hint
    assert server.RequestHandlerClass.asked == []


def archive(contents, **changed):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as members:
        for name, content in (contents | changed).items():
            members.writestr(f"gzip/{name}", content)
    return stream.getvalue()


def test_archive_of_upright_letters(offer, pages, server, contents, tiny):
    """As EMNIST is published: .gz files in one .zip, images on their side, labels from 1."""
    pages["/gzip.zip"] = archive(contents)
    named = offer("/gzip.zip", transposed=True, class_names=("a", "b"), first_label=0)
    with pytest.raises(SourceUnreachable, match=r"label 2 of example 2 is out of range: .* labels 0 to 1"):
        sources.load_named("tiny")
    named = offer("/gzip.zip", transposed=True, compressed_only=True)
    dataset = sources.load_named("tiny")
    np.testing.assert_array_equal(dataset.train.raw, tiny[0].transpose(0, 2, 1))
    assert left_over(named) == sorted(contents)
    assert server.RequestHandlerClass.asked.count("/gzip.zip") == 2  # once an attempt


def test_labels_that_count_from_one(offer, pages, contents, tiny):
    for name in [name for name in contents if "labels" in name]:
        data = gzip.decompress(contents[name])
        contents[name] = gzip.compress(data[:8] + bytes(label + 1 for label in data[8:]))
        pages[f"/good/{name}"] = contents[name]
    offer("/good/", first_label=1)
    np.testing.assert_array_equal(sources.load_named("tiny").train.labels, tiny[1])


def test_second_archive_when_the_first_is_wrong(offer, pages, contents):
    other = gzip.compress(gzip.decompress(contents["train-images-idx3-ubyte.gz"])[:-1] + b"\7")
    pages["/wrong.zip"] = archive(contents, **{"train-images-idx3-ubyte.gz": other})
    pages["/empty.zip"] = archive({})
    pages["/damaged.zip"] = archive(contents)[:-40]
    pages["/good.zip"] = archive(contents)
    named = offer("/wrong.zip", "/empty.zip", "/damaged.zip")
    with pytest.raises(SourceUnreachable) as caught:
        sources.load_named("tiny")
    for reason in ("is not tiny's train-images", "the archive has no train-images", "the archive is damaged"):
        assert reason in caught.value.message
    assert left_over(named) == []
    offer("/wrong.zip", "/good.zip")
    assert len(sources.load_named("tiny").train) == 30


def test_no_progress_bar_unless_a_terminal(offer, capfd):
    offer("/good/")
    sources.load_named("tiny")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_progress_bar_on_a_terminal(offer, monkeypatch, capfd):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    offer("/good/")
    sources.load_named("tiny")
    assert capfd.readouterr().out == ""
