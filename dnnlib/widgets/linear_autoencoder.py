"""The explorable in which an autoencoder trains beside PCA."""

import traitlets

from dnnlib.widgets.base import Explorable

CLOUDS = ("ellipsoid", "sheet")
NETWORKS = ("linear", "deep linear", "tanh", "relu")
MOST_STEPS = 1000


class LinearAutoencoder(Explorable):
    """An autoencoder that trains in the page on sixty points in space, beside PCA.

    All points take part in every step of gradient descent with momentum 0.9. The loss is the mean over the points of
    the squared distance between a point and what is rebuilt of it, three times Keras's mean squared error. A linear
    one ends with PCA's space, at the sum of the left-out eigenvalues (of the covariance divided by the number of
    points), with axes of its own; one with a non-linearity may bend its surface and go below. Its loss on 200 fresh
    points stands beside that of PCA.

    Args:
        cloud: "ellipsoid", or "sheet", a sheet that is bent.
        units: Of the code, 1 or 2.
        network: "linear", 3 - units - 3; the others have layers of 8 units before and after the code: "deep linear",
            without an activation, "tanh", "relu".
        learning_rate: 0.0001 to 0.03.
        seed: Of the first weights, 0 to 99.
        steps: Taken, 0 to 1,000.
        yaw: By how many degrees the picture is turned, -180 to 180.
        pitch: By how many it is tilted, -90 to 90.

    Guesses, each about the end of 1,000 steps: "final_loss", the loss; "share_of_pca", the loss in % of PCA's;
    "first_axis", the angle between PCA's first axis and that of a linear decoder's first unit.
    Tours: "plane_and_surface", from a linear network's plane to a surface that bends.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Bourlard & Kamp (1988), Auto-association by multilayer perceptrons and singular value decomposition;
    Baldi & Hornik (1989), Neural networks and principal component analysis: learning from examples without local
    minima.
    """

    title = "The linear autoencoder"
    guesses = ("final_loss", "share_of_pca", "first_axis")
    tours = ("plane_and_surface",)

    cloud = traitlets.Enum(CLOUDS, "ellipsoid").tag(sync=True)
    units = traitlets.Int(2, min=1, max=2).tag(sync=True)
    network = traitlets.Enum(NETWORKS, "linear").tag(sync=True)
    learning_rate = traitlets.Float(0.03, min=0.0001, max=0.03).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=99).tag(sync=True)
    steps = traitlets.Int(0, min=0, max=MOST_STEPS).tag(sync=True)
    yaw = traitlets.Float(127.0, min=-180, max=180).tag(sync=True)
    pitch = traitlets.Float(55.0, min=-90, max=90).tag(sync=True)
