"""Workbooks that go out to be edited and come back: keys, a manifest, and what was changed."""
