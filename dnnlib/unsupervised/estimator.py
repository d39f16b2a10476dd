"""What PCA, k-means and t-SNE share: scikit-learn's way of holding parameters and of looking at data."""

import inspect

import numpy as np

from dnnlib.progress import end_progress, show_progress


class Estimator:
    """An object with parameters that learns from data: scikit-learn's interface, from NumPy alone.

    The arguments of `__init__` are the parameters. They are stored under their own names and checked in `fit`, whose
    results have names that end in an underscore.
    """

    def get_params(self, deep=True):
        """Returns the parameters by name.

        Args:
            deep: As in scikit-learn; no parameter here is an estimator itself.
        """
        return {name: getattr(self, name) for name in list(inspect.signature(type(self).__init__).parameters)[1:]}

    def set_params(self, **params):
        """Sets parameters and returns the estimator.

        Raises:
            ValueError: If there is no parameter of that name.
        """
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise ValueError(f"{type(self).__name__}: expected a parameter among {list(known)}, received {name!r}")
            setattr(self, name, value)
        return self

    def __repr__(self):
        defaults = inspect.signature(type(self).__init__).parameters
        changed = [f"{name}={value!r}" for name, value in self.get_params().items()
                   if repr(value) != repr(defaults[name].default)]  # fmt: skip
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_tags__(self):
        """What scikit-learn's pipelines and checks ask an estimator about itself."""
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags

        transforms = TransformerTags() if hasattr(self, "transform") else None
        kind = "clusterer" if hasattr(self, "predict") else "transformer" if transforms else None
        return Tags(
            estimator_type=kind,
            target_tags=TargetTags(required=False),
            transformer_tags=transforms,
            input_tags=InputTags(),
        )

    def _data(self, X):
        """Returns X as `_numbers` does, with the number of features compared to that of the fit.

        Args:
            X: (samples, features).

        Raises:
            ValueError: If X is none of this, with what to do about it.
        """
        X = self._numbers(X)
        if X.shape[1] != self.n_features_in_:
            name, expected = type(self).__name__, self.n_features_in_
            raise ValueError(f"X has {X.shape[1]} features, but {name} is expecting {expected} features as input.")
        return X

    def _numbers(self, X, minimum=1):
        """Returns X as a matrix of float32 or float64 that holds numbers only; raises `ValueError` if it is none."""
        name = type(self).__name__
        if hasattr(X, "toarray"):
            raise TypeError(f"{name}: expected a dense array, received a sparse one; pass X.toarray()")
        X = np.asarray(X)
        if X.dtype.kind == "c":
            raise ValueError(f"Complex data not supported: {name} expected real numbers, received {X.dtype}")
        X = X.astype(X.dtype if X.dtype in (np.float32, np.float64) else np.float64, copy=False)
        if X.ndim != 2:
            raise ValueError(
                f"{name}: expected (samples, features), received an array of shape {X.shape}. Reshape your data: "
                "X.reshape(-1, 1) for one feature, X.reshape(1, -1) for one sample, X.reshape(len(X), -1) for images"
            )
        if X.shape[1] == 0:
            raise ValueError(f"0 feature(s) (shape={X.shape}) while a minimum of 1 is required by {name}.")
        if len(X) < minimum:
            raise ValueError(f"{name}: expected at least {minimum} samples, received {len(X)} sample(s): {X.shape}")
        if not np.isfinite(X.sum(dtype="float64")) and not np.isfinite(X).all():
            wrong = "NaN" if np.isnan(X).any() else "infinity"
            row, column = (int(i) for i in np.argwhere(~np.isfinite(X))[0])
            raise ValueError(f"{name}: expected numbers, received {wrong} (first in row {row}, column {column})")
        return X

    def _report(self, step, most, text, last=False):
        """Says how far a fit has come: with `verbose` 1 as a bar, with 2 or more as a line."""
        title = f"{type(self).__name__} step {step}: {text}"
        if self.verbose == 1:
            end_progress(title) if last else show_progress(type(self).__name__, step, most, text)
        elif self.verbose:
            print(title)

    def _check_fitted(self):
        """Raises scikit-learn's `NotFittedError` before `fit`."""
        if not hasattr(self, "n_features_in_"):
            from sklearn.exceptions import NotFittedError

            raise NotFittedError(f"This {type(self).__name__} instance is not fitted yet; call fit(X) first.")

    def _random(self):
        """Returns a generator for `random_state`: None, an integer, or one of NumPy's generators."""
        state = getattr(self, "random_state", None)
        if isinstance(state, np.random.RandomState):
            return np.random.default_rng(state.randint(2**31))
        return np.random.default_rng(state)


def check_count(value, name, most, what):
    """Returns a parameter as an int.

    Args:
        value: The parameter's value.
        name: Its name.
        most: The greatest value that makes sense.
        what: What that is, for the message.

    Raises:
        ValueError: If it is no whole number from 1 to `most`.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or not 1 <= value <= most:
        raise ValueError(f"{name}: expected an integer from 1 to {most} ({what}), received {value!r}")
    return int(value)
