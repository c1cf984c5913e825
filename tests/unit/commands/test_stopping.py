"""Ctrl-C asks once and ends the command the second time."""

from __future__ import annotations

import signal

import pytest

from wardmote.commands.stopping import stopping_when_asked


def test_asked_once_it_stops_and_asked_twice_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with stopping_when_asked("停", "Stopping") as should_stop:
        assert not should_stop()
        signal.raise_signal(signal.SIGINT)
        assert should_stop()
        assert capsys.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
