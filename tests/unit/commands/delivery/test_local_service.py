from commands.delivery.local_service import welcome


def test_the_welcome_names_all_addresses() -> None:
    """With a line to copy."""
    text = welcome("svgai:1", "http://127.0.0.1:3000")
    for address in ("/api/convert", "/api/classify", "/api/optimize", "/api/ai-status", "/readyz", "/metrics"):
        assert f"http://127.0.0.1:3000{address}" in text
    assert any(line.strip().startswith("curl") for line in text.splitlines())
