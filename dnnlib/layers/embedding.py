"""A learned vector for every word of a vocabulary."""

import numpy as np

from dnnlib.initializers import by_name
from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_integer, check_numeric


class Embedding(Layer):
    """Looks up a row of its matrix for every word, a whole number.

    y[n, t] = E[x[n, t]], which is the product of E with a vector that is 1 at the word and 0 elsewhere. Backward,
    each row of dL/dE is the sum of dL/dy over all places where its word stands. A word is no number that could move
    a little, so there is no dL/dx: `backward` returns None, and the layer comes first in a model.

    Args:
        input_dim: Size of the vocabulary; words are 0 to input_dim - 1.
        output_dim: Length of the vectors.
        embeddings_initializer: A name of `dnnlib.initializers`, or a function (shape, rng) -> array.
        embeddings_regularizer: Penalty on the matrix: an object such as `L2(1e-4)`, a name ("l1", "l2") or None.
        mask_zero: Whether word 0 fills up short sequences, so that the layers behind pass over it.
        seed: Seed of the matrix's initial values.
        dtype: Type of the vectors and of the computation.

    Input shape: (batch, ...), usually (batch, time): whole numbers.

    Output shape: (batch, ..., output_dim).

    Parameters: embeddings (input_dim, output_dim).

    Raises:
        ValueError: If an argument is out of range, or an input holds what is no word.

    Source of the name and of the arguments: Keras.
    """

    def __init__(
        self,
        input_dim,
        output_dim,
        embeddings_initializer="uniform",
        embeddings_regularizer=None,
        mask_zero=False,
        seed=None,
        dtype="float32",
    ):
        super().__init__(dtype, {"embeddings": embeddings_regularizer})
        self.input_dim = check_integer(input_dim, "input_dim")
        self.output_dim = check_integer(output_dim, "output_dim")
        self.embeddings_initializer = by_name.get(embeddings_initializer)
        self.mask_zero = mask_zero
        self.rng = np.random.default_rng(seed)

    def build(self, input_shape):
        """Creates the matrix, whatever the input's shape."""
        shape = self.input_dim, self.output_dim
        self.params = {"embeddings": self.embeddings_initializer(shape, self.rng, self.dtype)}

    def compute_output_shape(self, input_shape):
        """Returns the output's shape for inputs of this shape (batch axis included)."""
        return *input_shape, self.output_dim

    def compute_mask(self, x, mask=None):
        """Returns where a word stands, (batch, time), or None without `mask_zero`."""
        return np.not_equal(x, 0) if self.mask_zero else None

    def forward(self, x, training=False):
        """Looks up the vectors."""
        words = self._words(x)
        if not self.params:
            self.build(words.shape)
        embeddings = self.params["embeddings"]
        self.cache = words, embeddings
        return embeddings[words]

    def backward(self, grad):
        """Fills `grads`; words have no gradient, so it returns None."""
        words, embeddings = check_cache(self)
        grad = check_gradient(grad, (*words.shape, self.output_dim), self.dtype, "Embedding")
        total = np.zeros(embeddings.shape, self.wide)
        np.add.at(total, words, grad)  # a word that stands twice gets both, where total[words] += grad keeps one
        self.grads = {"embeddings": total.astype(self.dtype, copy=False)}

    def _words(self, x):
        x = check_numeric(x, "Embedding input")
        words = x.astype(np.intp) if np.all(np.isfinite(x)) else None
        if (
            words is None
            or not np.array_equal(words, x)
            or words.min(initial=0) < 0
            or words.max(initial=0) >= self.input_dim
        ):
            wrong = x[~((x >= 0) & (x < self.input_dim) & (x == np.floor(x)))].flat[0]
            raise ValueError(
                f"Embedding input: expected whole numbers from 0 to {self.input_dim - 1} (input_dim - 1), "
                f"received {wrong}; give input_dim the size of the vocabulary"
            )
        return words
