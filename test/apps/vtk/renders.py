"""Ends well where VTK can render off screen."""

from scene import make_window

make_window().Render()
