import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from models.registry.promotion_lock import CLAIM, STALE, ClaimedError, claimed


class Tags:
    """A store of one registered model's tags."""

    def __init__(self, **tags):
        self.tags = dict(tags)

    def get_registered_model(self, name):
        return SimpleNamespace(tags=dict(self.tags))

    def set_registered_model_tag(self, name, key, value):
        self.tags[key] = value

    def delete_registered_model_tag(self, name, key):
        self.tags.pop(key, None)


def test_a_claim_is_there_during_the_block_and_gone_after_it_also_if_it_fails():
    client = Tags()
    with claimed(client, "event", "anna"):
        ((key, value),) = client.tags.items()
        assert key.startswith(CLAIM)
        assert value.endswith(" anna")
    assert client.tags == {}
    with pytest.raises(KeyError), claimed(client, "event", "anna"):
        raise KeyError
    assert client.tags == {}


def test_a_second_claim_waits_and_then_says_who_holds_the_first():
    client = Tags()
    with (
        claimed(client, "event", "anna"),
        pytest.raises(ClaimedError, match=r"of event is under way since 2.* anna"),
        claimed(client, "event", "ben", wait=0.2),
    ):
        pytest.fail("two hold the claim")
    with claimed(client, "event", "ben"):
        pass


def test_a_claim_of_a_killed_process_ends():
    old = (datetime.now(UTC) - STALE - timedelta(seconds=1)).isoformat()
    with claimed(Tags(**{f"{CLAIM}x": f"{old} anna"}), "event", "ben", wait=0):
        pass
    new = (datetime.now(UTC) - STALE + timedelta(seconds=30)).isoformat()
    with (
        pytest.raises(ClaimedError),
        claimed(Tags(**{f"{CLAIM}x": f"{new} anna"}), "event", "ben", wait=0),
    ):
        pass


def test_many_at_once_take_turns():
    client, inside, most, done = Tags(), [], [], []

    def work(name):
        with claimed(client, "event", name, wait=60):
            inside.append(name)
            most.append(len(inside))
            threading.Event().wait(0.02)
            inside.remove(name)
            done.append(name)

    threads = [threading.Thread(target=work, args=(f"user{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 4
    assert max(most) == 1
