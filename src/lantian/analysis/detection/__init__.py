"""Detection (检测): from the window of the last minutes, hours and days to findings by the pack's rules.

A :class:`~lantian.analysis.detection.window.Window` holds arrays; a rule holds the parameters of one named mechanism;
``detect(rules, window)`` gives findings. No clock, no store, no limit in code.
"""
