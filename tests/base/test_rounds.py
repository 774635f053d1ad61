import threading
import time

from service_quality.base.rounds import Rounds


def test_rounds_come_again_or_at_once_until_they_are_ended() -> None:
    begun = threading.Semaphore(0)
    often, seldom = Rounds(begun.release, 0.01), Rounds(begun.release, 600)
    assert all(begun.acquire(timeout=10) for _round in range(3))
    often.end()
    time.sleep(0.1)
    while begun.acquire(blocking=False):
        pass
    seldom.at_once()
    assert begun.acquire(timeout=10)
    assert not begun.acquire(timeout=0.1)
    seldom.end()
    assert not begun.acquire(timeout=0.1)
