"""Rotation of the keys that seal tokens."""

from ctz_peloton_sync.app import changes
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
            for token in batch:
                try:
                    tx.tokens.put(sealer.reseal(token))
                except TokenUnreadable:
                    tx.tokens.forget(token.user_id)
                    changes.need_reconnect(tx, token.user_id, "token_unreadable")
        if not batch:
            return changed
        changed += len(batch)


def check_keys(store: Store, sealer: Sealer) -> None:
    """Raise KeyStillInUse when a row is sealed with a key that is no longer there; nothing is touched."""
    with store.read() as tx:
        in_use = tx.tokens.keys_in_use()
    lost = {key: rows for key, rows in in_use.items() if key not in sealer.key_ids}
    if lost:
        raise KeyStillInUse(lost)
