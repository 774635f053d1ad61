"""Turns results into verdicts and into the one sentence a page opens with; pages only place it."""
