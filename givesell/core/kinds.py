"""The kinds of model that an artifact can hold.

A further one takes a row here and a file of its own; see `givesell.core.kind`.
"""

from givesell.core.deep import DeepKind
from givesell.core.encoder import EncoderKind
from givesell.core.kind import StoredKind
from givesell.core.linear import LinearKind

KINDS: dict[str, type[StoredKind]] = {
    kind.name: kind for kind in (LinearKind, DeepKind, EncoderKind)
}
