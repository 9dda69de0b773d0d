"""What is taken for base64 in a damaged file, and how its lines may follow each other."""

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.jose import torn_text
from jwtctl.jose.torn_text import blocks, readings

TEXT = base64.b64encode(random.Random("text").randbytes(48 * 5 + 20)).decode().rstrip("=")
LINES = [TEXT[start : start + 64] for start in range(0, len(TEXT), 64)]
BEGIN, END = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"


def runs_of(text):
    """The runs of the only block's first reading."""
    (block,) = blocks(text)
    return next(iter(readings(block)))


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([BEGIN, *LINES, END]),
        "\r\n".join([BEGIN, *LINES, END]),
        f"{BEGIN}\\n" + "\\n".join(LINES) + f"\\n{END}",
        " ".join([BEGIN, *LINES, END]),
        "\n".join("> > " + line for line in [BEGIN, *LINES, END]),
        "\n".join("\t    " + line for line in [BEGIN, *LINES, END]),
        "\n".join(f"{number}: {line}" for number, line in enumerate([BEGIN, *LINES, END])),
        "\n".join("+" + line for line in [BEGIN, *LINES, END]),
        "\n".join(f'"{line}\\n" +' for line in [BEGIN, *LINES, END]),
        "\n".join(f"// {line}" for line in [BEGIN, *LINES, END]),
        "\n".join([BEGIN, "Proc-Type: 4,CLEAR", "X-Note: AAAAAAAAAAAAAAAAAAAAAAAAA", "", *LINES, END]),
    ],
)
def test_wrappings_are_taken_off(text):
    (run,) = runs_of(text)
    assert (run.text, run.at_start, run.at_end) == (TEXT, True, True)


def test_text_without_markers():
    (run,) = runs_of("This is the key that I found, please help:\n\n" + "\n".join(LINES) + "\n\nBest regards\n")
    assert (run.text, run.at_start, run.at_end, run.line) == (TEXT, False, False, 3)
    assert run.lines == tuple(range(64, len(TEXT), 64))


def test_padding_is_an_end_and_what_follows_is_apart():
    (block,) = blocks("\n".join([*LINES, TEXT[:30] + "==", *LINES]))
    first, second = next(iter(readings(block)))
    assert (first.text, second.text) == (TEXT + TEXT[:30], TEXT)


def test_markers_that_lost_a_part():
    for begin in ("-----BEGIN RSA PRIV", "BEGIN RSA PRIVATE KEY-----", "ATE KEY-----"):
        (block,) = blocks("\n".join([begin, *LINES, "-----EN"]))
        assert (block.begun, block.legible) == (True, len(TEXT)), begin
    (block,) = blocks("\n".join([*LINES, END]))
    assert (block.begun, block.ended) == (False, True)


@pytest.mark.parametrize(
    "gap", ["[REDACTED]", "...", "…", "<snip>", "(20 lines removed)", "REDACTED", "lines are missing here", "* * *"]
)
def test_a_line_of_words_is_a_gap_of_unknown_length(gap):
    text = "\n".join([BEGIN, *LINES[:2], gap, *LINES[3:], END])
    (block,) = blocks(text)
    both = {tuple(run.text for run in runs) for runs in readings(block)}
    assert ("".join(LINES[:2]), "".join(LINES[3:])) in both


@pytest.mark.parametrize("mask", ["*", ".", "x", "X", "•", "█", "#", "?", "_", "="])
def test_masks_stand_for_one_character_each_or_for_a_gap(mask):
    text = "\n".join([BEGIN, LINES[0], LINES[1][:10] + mask * 40 + LINES[1][50:], *LINES[2:], END])
    (block,) = blocks(text)
    first, *others = readings(block)
    assert first[0].text == TEXT[:74] + "*" * 40 + TEXT[114:]
    assert (TEXT[:74], TEXT[114:]) in {tuple(run.text for run in runs) for runs in others}


def test_a_word_inside_a_line_is_as_long_as_what_it_stands_for():
    text = "\n".join([BEGIN, LINES[0], LINES[1][:10] + "[REDACTED]" + LINES[1][50:], *LINES[2:], END])
    (block,) = blocks(text)
    assert TEXT[:74] + "*" * 40 + TEXT[114:] in {runs[0].text for runs in readings(block)}


def test_short_lines_may_be_torn_at_either_side():
    (block,) = blocks("\n".join([BEGIN, LINES[0], LINES[1][:50], *LINES[2:], END]))
    texts = {runs[0].text for runs in readings(block)}
    assert TEXT[:114] + "*" * 14 + TEXT[128:] in texts
    (block,) = blocks("\n".join([BEGIN, LINES[0], LINES[1][14:], *LINES[2:], END]))
    texts = {runs[0].text for runs in readings(block)}
    assert TEXT[:64] + "*" * 14 + TEXT[78 : 5 * 64] in texts


def test_encryption_is_seen():
    assert blocks("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA")[0].encrypted
    assert blocks(f"{BEGIN}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{LINES[0]}")[0].encrypted
    assert not blocks("\n".join([BEGIN, *LINES]))[0].encrypted


def test_very_long_texts_are_read_in_part():
    (block,) = blocks(TEXT * 200)
    assert block.legible == torn_text.MAX_CHARACTERS
    assert len(blocks((BEGIN + "\nAAAA\n") * 5000)) <= torn_text.MAX_MARKERS + 1


def test_a_repr_shows_no_character():
    (run,) = runs_of(TEXT)
    assert repr(run) == f"<Run of {len(TEXT)} characters in line 1>"
    assert TEXT[:20] not in repr(blocks(TEXT))


@given(st.text(st.sampled_from("AZaz09+/=*.x-\n\\ \"'[]<>…:nr>#") | st.characters(), max_size=400))
def test_any_text_gives_runs_of_base64_and_masks(text):
    for block in blocks(text):
        for runs in readings(block):
            for run in runs:
                assert set(run.text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/*")
                assert all(0 < line < len(run.text) for line in run.lines)
