"""What the JSONL frame promises."""

import io
import json

from api.launch import jsonl


def _run(lines, step):
    output = io.StringIO()
    status = jsonl.run(lines, output, step)
    return status, [json.loads(line) for line in output.getvalue().splitlines()]


def test_answers_come_in_order_one_a_line():
    status, answers = _run(['{"n": 1}\n', "\n", '{"n": 2}\n'], lambda record: {**record, "ok": True})
    assert (status, answers) == (0, [{"n": 1, "ok": True}, {"n": 2, "ok": True}])


def test_a_bad_line_gets_an_error_in_its_place_and_exit_code_one():
    def step(record):
        if "text" not in record:
            raise ValueError("text is missing")
        return record

    status, answers = _run(["{oops\n", "[1]\n", "{}\n", '{"text": "a"}\n'], step)
    assert status == 1
    assert [("error" in answer) for answer in answers] == [True, True, True, False]
    assert answers[2]["error"] == "text is missing"


def test_lone_surrogates_survive():
    status, answers = _run(['{"text": "a\\ud800"}\n'], lambda record: record)
    assert (status, answers) == (0, [{"text": "a\ud800"}])
