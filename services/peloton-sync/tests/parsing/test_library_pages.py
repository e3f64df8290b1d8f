"""Pages of Peloton's library and details of its classes, read row by row."""

import pytest

from ctz_peloton_sync.domain.library import is_credible, parse_class_detail, parse_library_page


@pytest.mark.parametrize(
    ("counted", "known", "total", "expected"),
    [
        (100, 100, 100, True),
        (99, 100, 100, True),
        (97, 100, 100, False),
        (60, 100, 60, True),
        (60, 100, None, True),
        (49, 100, 49, False),
        (0, 100, 0, False),
        (0, 0, 0, True),
        (700, 700, 812, False),
    ],
)
def test_a_reading_is_believed_if_it_is_as_long_as_it_says_and_most_is_left(counted, known, total, expected):
    assert expected == is_credible(counted, known, total)


ROW = {
    "id": "a" * 32,
    "title": "45 min Power Zone Max Ride",
    "fitness_discipline": "cycling",
    "instructor_id": "b" * 32,
    "class_type_ids": ["c" * 32, "d" * 32],
    "duration": 2700,
    "scheduled_start_time": 1_700_000_000,
    "language": "english",
    "difficulty_rating_avg": 8.12345,
    "difficulty_rating_count": 4,
    "overall_rating_avg": 0.98765,
    "overall_rating_count": 9,
    "total_workouts": 12_345,
}
PAGE = {
    "data": [ROW],
    "total": 250,
    "page_count": 1,
    "sort_by": ["original_air_time"],
    "instructors": [{"id": "b" * 32, "name": "Ada Invented"}],
    "class_types": [{"id": "c" * 32, "name": "Power Zone"}],
}


def test_a_row_is_told_with_the_names_that_its_page_brings_along():
    [facts] = parse_library_page(PAGE, 0).classes

    assert ("Ada Invented", ("Power Zone",)) == (facts.ride.instructor, facts.class_types)
    assert ("power_zone_max", True) == (facts.class_type, facts.ride.is_detail_due)
    assert (8.12, 0.99, 12_000) == (facts.difficulty, facts.liked_share, facts.taken_count)


@pytest.mark.parametrize(
    ("rows", "total", "page", "is_last"),
    [(100, 250, 0, False), (100, 250, 1, False), (50, 250, 2, True), (0, 250, 3, True), (100, 200, 1, True)],
)
def test_the_end_is_told_by_rows_and_total_whatever_the_page_count_says(rows, total, page, is_last):
    payload = {**PAGE, "data": [ROW] * rows, "total": total, "page_count": 1}

    assert is_last == parse_library_page(payload, page).is_last


@pytest.mark.parametrize("payload", [None, [], {}, {"data": None}, {"data": "x"}, "text", 7])
def test_an_answer_of_something_else_is_no_page(payload):
    assert parse_library_page(payload, 0) is None


@pytest.mark.parametrize(
    "row",
    [None, [], {"id": None}, {"id": "0" * 32}, {"id": "../x"}, {**ROW, "id": ["a"]}],
)
def test_a_row_without_a_class_is_left_out(row):
    page = parse_library_page({**PAGE, "data": [row, ROW]}, 0)

    assert ["a" * 32] == [facts.ride.class_id for facts in page.classes]


@pytest.mark.parametrize("field", sorted(ROW))
@pytest.mark.parametrize("value", [None, "", [], {}, -1, 1e300, float("nan"), "\u202e\x00", True])
def test_a_field_of_the_wrong_kind_is_absent_and_never_an_error(field, value):
    page = parse_library_page({**PAGE, "data": [{**ROW, field: value}]}, 0)

    assert len(page.classes) <= 1


def test_songs_are_told_with_their_second_and_averages_with_units_that_are_known():
    detail = parse_class_detail(
        {
            "ride": ROW,
            "playlist": {
                "songs": [
                    {"title": "One", "artists": [{"artist_name": "A"}, {"artist_name": ""}], "start_time_offset": 60},
                    {"title": "", "start_time_offset": 70},
                    {"title": "Two", "artists": None, "start_time_offset": -4, "cue_time_offset": 90},
                    {"title": "Three\x00", "start_time_offset": "x"},
                ]
            },
            "averages": {"average_total_work": 259, "average_distance": 8.67, "average_avg_power": None},
            "segments": {"segment_list": [{"name": "Warm Up", "start_time_offset": 0, "length": 180}]},
        }
    )

    assert [("One", ("A",), 60), ("Two", (), 90), ("Three", (), None)] == [
        (song.title, song.artists, song.start_seconds) for song in detail.songs
    ]
    assert [("total_output", 259.0, "kj")] == [(each.slug, each.value, each.unit) for each in detail.averages]
    assert ["Warm Up"] == [segment.name for segment in detail.segments]
