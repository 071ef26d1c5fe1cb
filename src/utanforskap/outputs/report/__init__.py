"""What a board reads: one content, written as HTML, Markdown, Word or PDF."""
