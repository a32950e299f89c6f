"""The whole case as one PDF (卷宗)."""
