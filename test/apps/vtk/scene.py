"""A cone to look at, rendered off screen."""

import vtkmodules.vtkInteractionStyle  # noqa: F401  registers the styles
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  registers the renderer
from vtkmodules.vtkFiltersSources import vtkConeSource
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkRenderer, vtkRenderWindow, vtkRenderWindowInteractor


def make_window():
    source = vtkConeSource(resolution=8)
    mapper = vtkPolyDataMapper(input_connection=source.output_port)
    actor = vtkActor(mapper=mapper)
    actor.GetProperty().SetColor(0.2, 0.7, 0.6)
    renderer = vtkRenderer(background=(0.1, 0.1, 0.2))
    renderer.AddActor(actor)
    window = vtkRenderWindow(off_screen_rendering=True, size=(400, 300))
    window.AddRenderer(renderer)
    interactor = vtkRenderWindowInteractor(render_window=window)
    interactor.GetInteractorStyle().SetCurrentStyleToTrackballCamera()
    interactor.EnableRenderOff()
    renderer.ResetCamera()
    window.SetInteractor(interactor)
    make_window.kept = (interactor, actor, renderer)  # what a window does not own
    return window
