import socket

import pytest

from simulators.__main__ import main


def test_an_unknown_simulator_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["onbekend"]) == 2
    assert "known are zgw" in capsys.readouterr().err


def test_a_taken_port_is_told_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["zgw", "--port", f"zgw={taken.getsockname()[1]}:0"]) == 1
    assert "choose another port" in capsys.readouterr().err


def test_ports_that_cannot_be_read_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--port", "zgw"])
    assert "NAME=PORT:CONTROL" in capsys.readouterr().err
