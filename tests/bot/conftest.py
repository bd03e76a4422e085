"""Which tests of this floor belong to which environment: all but `language` need Rasa and its libraries."""

import importlib.util

collect_ignore = (
    []
    if importlib.util.find_spec("rasa")
    else [
        *("components", "training", "dialogue"),
        *("test_channel.py", "test_tracker_store.py", "test_tuning.py", "test_wording.py"),
        "test_absent.py",
    ]
)
