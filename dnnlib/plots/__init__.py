"""Figures: functions of arrays and Axes that return the Axes."""
