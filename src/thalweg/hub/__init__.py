"""Populations in the layout of the Hugging Face Hub: config.json, model.safetensors, a card.

    tw.hub.save_pretrained(run, "digits-32")
    population = tw.hub.from_pretrained("digits-32")
    tw.hub.push_to_hub(run, "me/digits-32")

Only `push_to_hub`, and `from_pretrained` with the name of a repository, use the network, and need the package
huggingface_hub (the extra `hub`).
"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.hub.config import Config as Config, read_config as read_config
    from thalweg.hub.loading import from_pretrained as from_pretrained
    from thalweg.hub.pushing import push_to_hub as push_to_hub
    from thalweg.hub.saving import save_pretrained as save_pretrained

lazily(__name__)
