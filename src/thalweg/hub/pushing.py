"""A run or a population as a repository of the Hugging Face Hub; nothing is sent unless this is called."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from thalweg.data.dataset import Dataset
from thalweg.hub.library import asked, library
from thalweg.hub.saving import FILES, save_pretrained
from thalweg.networks.population import Population, TrainedNetwork
from thalweg.record import Record
from thalweg.runs.run import Run


def push_to_hub(
    source: Run | str | Path | Population | TrainedNetwork,
    repository: str,
    *,
    dataset: Dataset | None = None,
    records: Mapping[str, Record] | None = None,
    name: str | None = None,
    private: bool = True,
    message: str = "Population trained with Thalweg",
    token: str | None = None,
    endpoint: str | None = None,
) -> str:
    """Write the files of `save_pretrained` and send them to a repository of the Hub; return its address.

    Main arguments:
        source: as for `save_pretrained`.
        repository: `owner/name`, made if it is not there.

    Other arguments:
        dataset, records, name: as for `save_pretrained`.
        private: whether a repository that is made is seen by its owner alone; others can be let in there.
        message: of the commit.
        token, endpoint: as for huggingface_hub; by default what is set up on this machine.

    Raises `HubError` where huggingface_hub is not installed, and for what the Hub refuses or the network does
    not carry; and as `save_pretrained` does, before anything is sent.
    """
    hub = library()
    with TemporaryDirectory(prefix="thalweg-") as temporary:
        folder = Path(temporary) / repository.rpartition("/")[2]
        save_pretrained(source, folder, dataset=dataset, records=records, name=name)
        with asked(f"the repository {repository!r}"):
            api = hub.HfApi(endpoint=endpoint, token=token)
            made = api.create_repo(repository, private=private, exist_ok=True)
            api.upload_folder(
                repo_id=repository, folder_path=folder, allow_patterns=list(FILES), commit_message=message
            )
    return str(made)
