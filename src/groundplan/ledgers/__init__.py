"""The ledger: what was promised, reported, corrected, decided and judged, kept so that no change goes unseen."""
