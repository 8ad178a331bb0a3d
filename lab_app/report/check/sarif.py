"""SARIF 2.1.0, as GitHub's code scanning takes it, and GitLab's code quality.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from lab_app.document.check import CheckDocument, Finding
from lab_app.document.targets import in_words
from lab_app.report.check.places import in_repository
from lab_app.report.check.rules import rule
from lab_app.text import printable

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://alembic.sqlalchemy.org/"
#: GitLab's words for a severity.
_GITLAB = {"error": "critical", "warning": "major", "note": "info"}


def to_sarif(document: CheckDocument) -> str:
    """Write one run: a rule for each code that was found, a result for each finding."""
    codes = sorted({printable(finding["code"]) for finding in document["findings"]})
    run = {
        "tool": {
            "driver": {
                "name": "migration-lab",
                "informationUri": _HOME,
                "rules": [_rule(code) for code in codes],
            }
        },
        "automationDetails": {"id": "migration-lab/"},
        "results": [_result(finding, codes, document) for finding in document["findings"]],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def to_gitlab(document: CheckDocument) -> str:
    """Write GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/."""
    found = [
        {
            "description": _message(finding, document),
            "check_name": printable(finding["code"]),
            "fingerprint": finding["fingerprint"],
            "severity": _GITLAB[finding["severity"]],
            "location": {"path": printable(in_repository(finding, document)), "lines": {"begin": finding["line"] or 1}},
        }
        for finding in document["findings"]
    ]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _rule(code: str) -> dict[str, Any]:
    found = rule(code)
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": found.name},
        "fullDescription": {"text": found.meaning},
        "help": {"text": found.meaning},
    }


def _result(finding: Finding, codes: list[str], document: CheckDocument) -> dict[str, Any]:
    code, line = printable(finding["code"]), finding["line"] or 1
    # The region has four numbers: GitHub shows nothing of a result that lacks one.
    region = {"startLine": line, "startColumn": 1, "endLine": line, "endColumn": 2}
    return {
        "ruleId": code,
        "ruleIndex": codes.index(code),
        "level": finding["severity"],
        "message": {"text": _message(finding, document)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(printable(in_repository(finding, document)))},
                    "region": region,
                }
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": finding["fingerprint"]},
    }


def _message(finding: Finding, document: CheckDocument) -> str:
    engines = ", ".join(in_words(finding["engines"] or (), document["targets"]))
    revision = f"Revision {finding['revision']}" if finding["revision"] else "The history"
    head = f"{revision}{', ' + engines if engines else ''}: {finding['title']}."
    fix = f"Fix: {finding['fix']}" if finding["fix"] else ""
    return printable("\n".join(filter(None, (head, finding["detail"], fix))))
