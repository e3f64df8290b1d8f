"""Steps of the first-run wizard that ask for something, kept at identity so that it can be resumed anywhere."""

from ctz.identity.v1 import accounts_pb2

from ctz_gateway.web.site import Site, visitor

STEPS = ("connect", "ftp")


def next_step(done: frozenset[str]) -> str | None:
    """The first step that is neither done nor skipped; None at the end."""
    return next((step for step in STEPS if step not in done), None)


def mark_done(site: Site, step: str) -> None:
    """Note that a step is done or was skipped."""
    if step in visitor().onboarding_done:
        return
    done = [known for known in STEPS if known == step or known in visitor().onboarding_done]
    change = accounts_pb2.UpdateProfileRequest(profile=accounts_pb2.Profile(onboarding_done=done))
    change.update_mask.paths.append("onboarding_done")
    site.services.accounts.UpdateProfile(change)
