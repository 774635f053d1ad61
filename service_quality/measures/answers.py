"""The one door to every figure: what pages and the command line may ask."""

from __future__ import annotations

from service_quality.measures.questions.files import Files
from service_quality.measures.questions.promises import Promises
from service_quality.measures.questions.rankings import Rankings
from service_quality.measures.questions.surveys import Surveys
from service_quality.measures.questions.waits import Waits


class Answers(Promises, Rankings, Surveys, Waits, Files):
    """The questions, over one warehouse with its settings; every answer is plain values.

    A question is a method of the class that it is about: `Answers.trend` is one of `Promises`.
    """
