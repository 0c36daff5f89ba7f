"""Tests of `givesell.labelling.queue` and the codebook."""

import givesell
from givesell.labelling.codebook import codebook
from givesell.labelling.queue import read_queue
from givesell.verdict import FACETS


def queue_of(tmp_path, content, name="posts.csv"):
    """Write a file and return its queue."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return read_queue([givesell.read_archive(path)])


def test_rows_keep_their_columns(tmp_path):
    """Ids and other columns of a table are kept, as text; a post without an id is named by its
    row.
    """
    queue = queue_of(tmp_path, "post_id,body,topic\n007,Thanks,a\n8,Buy,b\n")
    assert queue.rows == [
        {"id": "007", "text": "Thanks", "topic": "a"},
        {"id": "8", "text": "Buy", "topic": "b"},
    ]
    assert queue_of(tmp_path, "one\ntwo\n", "posts.txt").rows == [
        {"id": "1", "text": "one"},
        {"id": "2", "text": "two"},
    ]


def test_repeated_and_empty_posts_are_counted(tmp_path):
    """Repeated posts are asked for once, empty ones never, and both are counted."""
    queue = queue_of(tmp_path, 'id,text\n1,a\n2,a\n3,\n4," "\n')
    assert (len(queue.rows), queue.repeated, queue.empty) == (1, 1, 2)


def test_labels_of_people_are_kept_and_guesses_are_not(tmp_path):
    """Labels in the file count, whatever their capitals; other values do not, nor what a model
    has scored or picked.
    """
    queue = queue_of(
        tmp_path, "id,text,label,certainty\n1,a, Giving ,borderline\n2,b,,\n3,c,promo,\n"
    )
    assert queue.rows[0] == {"id": "1", "text": "a", "label": "giving", "certainty": "borderline"}
    assert queue.rows[1:] == [{"id": "2", "text": "b"}, {"id": "3", "text": "c"}]
    scored = queue_of(tmp_path, "id,text,label,selling,sure,status\n1,a,giving,0.2,true,ok\n")
    assert scored.rows == [{"id": "1", "text": "a"}]
    picked = queue_of(tmp_path, "id,text,selling,reason\n1,a,0.5,x\n")
    assert picked.rows == [{"id": "1", "text": "a"}]


def test_codebook_has_every_label_and_facet():
    """The page behind the help key explains the labels and each facet."""
    page = codebook()
    assert all(
        f"| {label} | `{facet}` |" in page for label, facets in FACETS.items() for facet in facets
    )
    assert page.count("\n1. **") == page.count("\n27. **") == 1
