# SPDX-License-Identifier: MIT
"""Secrets that the window gets are sent to the server and stored or shown nowhere else."""
import subprocess
import tempfile
from pathlib import Path

from weirui import Feed, LockedKeyring, Monitor, Role, SteppedFeed, run, settle, text_of, wait_for

SECRET = "geheim"


def expect_kept(weir):
    """Neither the accessible texts nor the window's title contain a secret."""
    seen = [word for word in weir.words() if SECRET in word]
    assert not seen, seen
    titles = [subprocess.run(["xdotool", "getwindowname", window], capture_output=True, text=True, check=False).stdout
              for window in weir.windows()]
    assert any(titles) and SECRET not in "".join(titles), titles


def address_while_edited(weir):
    """The address is shown unmasked only while it is edited."""
    address = weir.find(Role.TEXT, "^Address$")
    assert "access_token=***" in text_of(address), text_of(address)
    weir.key("ctrl+l")
    wait_for("the whole address", lambda: "access_token=geheim-query" in text_of(address))
    weir.select("^Event ")
    wait_for("the masked address", lambda: "access_token=***" in text_of(address))


def read_all(folder):
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    assert files, f"nothing in {folder}"
    return "".join(path.read_bytes().decode("latin-1") for path in files)


def copy(weir, what):
    weir.click(weir.wait(None, "^Stream Menu$"))
    settle()
    weir.press(Role.MENU_ITEM, what)
    settle()
    return weir.paste()


def export(weir, path, kind):
    weir.key("ctrl+e")
    weir.wait_text("^All: ")
    weir.click(weir.wait(None, "^Format$"))
    weir.wait_text(r"^JSON lines \(.ndjson\)$")
    weir.key(*["Down"] * kind, "Return")
    weir.press(Role.PUSH_BUTTON, "^Export…$")
    weir.wait_text("^Save$")
    weir.key("ctrl+a")
    weir.type(str(path))
    weir.key("Return")
    weir.wait_text(f"Exported .* rows to {path.name}")
    return path.read_text()


def secrets_stay():
    """A stream's token, password and cookie do not appear in the window, recordings, exports, errors and copies"""
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as folder, \
         SteppedFeed("metrics", bearer="geheim-bearer") as feed, \
         Monitor(home=home) as weir:
        weir.enter(weir.wait(Role.TEXT, "^Address$"),
                   "curl -sN -H 'Authorization: Bearer geheim-bearer' -H 'Cookie: a=geheim-cookie' "
                   f"-H 'X-Api-Key: geheim-key' '{feed.url('?access_token=geheim-query')}'")
        weir.press(Role.PUSH_BUTTON, "^Connect$")
        # The feed refuses requests without the token, so it was sent.
        feed.send(weir, 60)
        expect_kept(weir)
        address_while_edited(weir)
        expect_kept(weir)
        command = copy(weir, "^Copy as curl$")
        assert command.startswith("curl ") and "Bearer ***" in command and SECRET not in command, command
        command = copy(weir, "^Copy as curl with Secrets$")
        for word in ("geheim-bearer", "geheim-cookie", "geheim-key", "geheim-query"):
            assert word in command, command
        for kind, name in enumerate(["a.sse", "b.ndjson", "c.csv", "d.har"]):
            text = export(weir, Path(folder) / name, kind)
            assert len(text) > 100 and SECRET not in text, text
        feed.stop()
        wait_for("the end", lambda: weir.find(None, "broke|ended|refused"))
        expect_kept(weir)
        recordings = read_all(Path(home) / "weir" / "recordings")
        assert SECRET not in recordings, recordings[:2000]


def keyring_waits():
    """A locked keyring is reported until it responds"""
    with LockedKeyring() as keyring, Feed("--require-bearer", "geheim-bearer") as feed, Monitor() as weir:
        weir.enter(weir.wait(Role.TEXT, "^Address$"), f"curl -H 'Authorization: Bearer geheim-bearer' {feed.url()}")
        weir.press(Role.PUSH_BUTTON, "^Connect$")
        weir.wait_text("^Waiting for the keyring")
        wait_for("what is asked of the keyring", lambda: keyring.waiting)
        keyring.refuse()
        weir.wait_text("^There is no keyring, so .*stayed locked")
        wait_for("the waiting to be over", lambda: not weir.find(None, "^Waiting for the keyring"))


def asked_again():
    """Without a keyring no file contains the secrets, and after a restart they are requested before anything is sent"""
    with tempfile.TemporaryDirectory() as home, Feed("--require-bearer", "geheim-bearer") as feed:
        address = feed.url("?access_token=geheim-query")
        with Monitor(home=home) as weir:
            weir.enter(weir.wait(Role.TEXT, "^Address$"), f"curl -H 'Authorization: Bearer geheim-bearer' '{address}'")
            weir.press(Role.PUSH_BUTTON, "^Connect$")
            wait_for("events", weir.n_events)
        files = read_all(home)
        assert SECRET not in files and "access_token=***" in files, files
        with Monitor(home=home) as weir:
            weir.wait_text("could not be read from the keyring")
            expect_kept(weir)
            weir.press(Role.PUSH_BUTTON, "^Edit Stream")
            weir.wait(Role.TEXT, "^Headers$")
            weir.enter(weir.all(Role.TEXT, "^Address$")[-1], address)
            weir.press(Role.PUSH_BUTTON, "^Connect$")
            # The token is still missing.
            weir.wait_text("could not be read from the keyring")
            weir.enter(weir.wait(Role.TEXT, "^Token$"), "geheim-bearer")
            weir.press(Role.PUSH_BUTTON, "^Connect$")
            wait_for("events", weir.n_events)
        files = read_all(home)
        assert SECRET not in files and "access_token=***" in files, files


def removed_from_keyring():
    """A removed secret is removed from the keyring"""
    with LockedKeyring() as keyring, Feed() as feed, Monitor() as weir:
        weir.enter(weir.wait(Role.TEXT, "^Address$"), f"curl -H 'Authorization: Bearer geheim-bearer' {feed.url()}")
        weir.press(Role.PUSH_BUTTON, "^Connect$")
        wait_for("the store", lambda: "OpenSession" in keyring.called)
        keyring.refuse()
        weir.key("F2")
        weir.wait(Role.TEXT, "^Headers$")
        assert "SearchItems" not in keyring.called, keyring.called
        weir.enter(weir.all(Role.TEXT, "^Address$")[-1], f"curl {feed.url()}")
        weir.press(Role.PUSH_BUTTON, "^Connect$")
        wait_for("the removal", lambda: "SearchItems" in keyring.called)


def removed_with_stream():
    """The secret of a removed stream is removed from the keyring when it can no longer be restored"""
    with LockedKeyring() as keyring, Feed() as feed, Monitor() as weir:
        weir.enter(weir.wait(Role.TEXT, "^Address$"), f"curl -H 'Authorization: Bearer geheim-bearer' {feed.url()}")
        weir.press(Role.PUSH_BUTTON, "^Connect$")
        wait_for("the store", lambda: "OpenSession" in keyring.called)
        keyring.refuse()
        wait_for("events", weir.rows)
        weir.key("ctrl+Delete")
        weir.press(Role.PUSH_BUTTON, "^_?Keep Recordings$")
        weir.wait_text("was removed$")
        assert "SearchItems" not in keyring.called, keyring.called
        wait_for("the removal", lambda: "SearchItems" in keyring.called)


run([secrets_stay, keyring_waits, asked_again, removed_from_keyring, removed_with_stream])
