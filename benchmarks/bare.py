"""The least a Flask service can do: answer a post with JSON of the size `/submit` answers."""

from flask import Flask, Response, jsonify

app = Flask(__name__)


@app.post("/submit")
def submit() -> tuple[Response, int]:
    """Answer as if it had been kept."""
    return jsonify(ok=True, id=1_000_000, number="7F3K-2M9Q"), 202
