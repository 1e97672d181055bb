"""Arguments that several commands share."""

import pytest
import typer

from commands.terminal.arguments import one_of, registered_name


def test_a_wrong_word_is_told_with_the_right_ones() -> None:
    """A usage error that lists what is allowed; an allowed word passes."""
    one_of("all", ("classifier", "all"))
    with pytest.raises(typer.BadParameter, match="'both' is not one of classifier, all"):
        one_of("both", ("classifier", "all"))


def test_a_model_is_named_by_kind_or_in_full() -> None:
    """Both give the name in MLflow; another name is a usage error."""
    assert registered_name("classifier") == registered_name("svgai-classifier") == "svgai-classifier"
    with pytest.raises(typer.BadParameter, match="'nothing' is not one of"):
        registered_name("nothing")
