"""What was seen and what it means: exchanges, redaction, findings, verdicts, results."""
