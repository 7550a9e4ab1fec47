"""The axis vocabulary: one name an axis, in every annotation of the package.

`members` networks of a population · `examples` · `inputs` (pixels or features) · `classes` · `epochs` · `steps`.
"""

from typing import Any

from jaxtyping import Bool, Float, Int, Shaped

Probabilities = Float[Any, "examples classes"]
MemberProbabilities = Float[Any, "members examples classes"]
MemberCorrect = Bool[Any, "members examples"]
Labels = Int[Any, " examples"]
Inputs = Float[Any, "examples ..."]
RawInputs = Shaped[Any, "examples ..."]
