"""Rotation of the keys that seal tokens."""

from ctz_peloton_sync.app.sealing import Sealer, TokenUnreadable
from ctz_peloton_sync.domain.errors import KeyStillInUse
from ctz_peloton_sync.store.unit_of_work import Store

BATCH = 100


def rotate(store: Store, sealer: Sealer) -> int:
    """Seal every token with the first key, in batches; can be run again after a break. Returns how many changed."""
    changed = 0
    while True:
        with store.begin() as tx:
            batch = tx.tokens.not_under(sealer.key_id, BATCH)
            readable = 0
            for token in batch:
                try:
                    tx.tokens.put(sealer.reseal(token))
                except TokenUnreadable:
                    tx.connections.set_state(token.user_id, "reconnect", "token_unreadable", tx.now)
                    tx.tokens.forget(token.user_id)
                readable += 1
        if not readable:
            return changed
        changed += readable


def check_keys(store: Store, sealer: Sealer) -> None:
    """Raise KeyStillInUse when a row is sealed with a key that is no longer there; nothing is touched."""
    with store.read() as tx:
        in_use = tx.tokens.keys_in_use()
    lost = {key: rows for key, rows in in_use.items() if key not in sealer.key_ids}
    if lost:
        raise KeyStillInUse(lost)
