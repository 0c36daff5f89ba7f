"""The deep kind of model: a weight for each n-gram, and the log-odds of a small network."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from givesell.core.kind import Tensors
from givesell.core.linear import LinearKind, features_of, linear_from
from givesell.core.manifest import Manifest
from givesell.core.model_arrays import Linear, Weights
from givesell.core.network import PARAMETERS, Parameters, compile_network
from givesell.core.tensors import Layout

_PREFIX = "network."
_TYPES = {"tokens": ("U64", "<u8"), "vectors": ("F16", "<f2")}
NETWORK_LAYOUT: Layout = {
    _PREFIX + name: (*_TYPES.get(name, ("F32", "<f4")), dimensions)
    for name, dimensions in PARAMETERS.items()
}


class DeepKind(LinearKind):
    """A linear model and a network, scored in one compiled pass.

    Parameters
    ----------
    linear : Linear
    features : mapping
        The parameters of the `givesell.estimators.vectorizer.PostVectorizer`.
    parameters : dict of str to ndarray
        Of the network; see `givesell.core.network.PARAMETERS`.

    Raises
    ------
    ArgumentError
        E206 where shapes do not fit together; E211 where weights are not finite or too large.
    """

    name: ClassVar[str] = "deep"
    layout: ClassVar[Layout] = {**LinearKind.layout, **NETWORK_LAYOUT}

    def __init__(self, linear: Linear, features: Mapping[str, Any], parameters: Parameters) -> None:
        super().__init__(linear, features)
        self.parameters = parameters
        self._network = compile_network(parameters)

    @classmethod
    def from_tensors(cls, manifest: Manifest, tensors: Tensors) -> Self:
        """Make the kind of a checked manifest and the arrays of `layout`."""
        parameters = {name: tensors[_PREFIX + name] for name in PARAMETERS}
        return cls(linear_from(manifest, tensors), features_of(manifest), parameters)

    @property
    def weights(self) -> Weights:
        """The weights as the compiled code takes them."""
        return Weights(self._linear, self._network)

    def tensors(self) -> Tensors:
        """Return the arrays of `layout`."""
        return super().tensors() | {
            _PREFIX + name: values for name, values in self.parameters.items()
        }

    def __str__(self) -> str:
        return f"{super().__str__()} and a network over {len(self.parameters['tokens']):,} tokens"
