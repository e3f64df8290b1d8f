"""A class library of a real size: the simulator's classes, each several times, through peloton-sync's parser."""

from collections.abc import Iterator
from typing import Final

from ctz.peloton_sync.events.v1 import events_pb2

from ctz_chassis.consumers import Consumer
from ctz_chassis.events import new_event
from ctz_peloton_sync.app import events
from ctz_peloton_sync.domain.library import parse_class_detail
from ctz_simulator.domain.catalogue import Catalogue
from ctz_simulator.payloads.ride_details import ride_details

SOURCE: Final = "peloton-sync"
DAY_SECONDS: Final = 86_400


def shelve(consumer: Consumer, catalogue: Catalogue, count: int) -> None:
    """Tell of so many classes: those of the simulator, and copies of them that were shown on earlier days."""
    for message in _copies(catalogue, count):
        told = new_event(f"{SOURCE}.{events.CLASS_UPDATED}", source=SOURCE, user_id=None, message=message)
        consumer.handle(told)


def _copies(catalogue: Catalogue, count: int) -> Iterator[events_pb2.ClassUpdated]:
    details = [parse_class_detail(ride_details(ride, taken=0, metric=False)) for ride in catalogue.all()]
    messages = [events.class_updated(detail) for detail in details if detail is not None]
    for number in range(count):
        copy, message = number // len(messages), events_pb2.ClassUpdated()
        message.CopyFrom(messages[number % len(messages)])
        message.revision = 1
        if copy:
            message.class_id = f"{copy:04x}{message.class_id[4:]}"
            message.air_time.seconds -= copy * DAY_SECONDS
        yield message
