"""The named data sets: what their files hold, how a true copy is known, and where copies are kept.

Hashes. `sha256` is that of the *uncompressed* file: any compression of it is recognised. Those of MNIST and
notMNIST were computed from the original files; those of Fashion-MNIST are published by several projects that
derived them from the publisher's archives (the two label files' were computed again here). For KMNIST and
EMNIST only hashes of the published .gz files are known (`compressed`, as the sources of torchvision and
Deeplearning4j give them): a download must match these; a copy that somebody else has compressed anew is
checked for structure only, and that is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from thalweg.errors import DataError, near_match


@dataclass(frozen=True)
class NamedFile:
    """One IDX file: `part` is train or test, `content` images or labels, `name` its name uncompressed.

    `sha256` is of the uncompressed bytes, `compressed` ("sha256:..." or "md5:...") of the published .gz.
    """

    part: str
    content: str
    name: str
    examples: int
    sha256: str = ""
    compressed: str = ""

    @property
    def published(self) -> str:
        """The file's name on a mirror."""
        return f"{self.name}.gz"


@dataclass(frozen=True)
class NamedSet:
    """A published data set. `mirrors` are folders of .gz files, or .zip archives that hold them somewhere."""

    name: str
    title: str
    class_names: tuple[str, ...]
    files: tuple[NamedFile, ...]
    mirrors: tuple[str, ...]
    licence: str
    citation: str
    input_shape: tuple[int, ...] = (28, 28)
    first_label: int = 0
    transposed: bool = False
    folders: tuple[str, ...] = field(default=())

    def examples(self, part: str) -> int:
        """Number of examples of `part`, train or test; 0 if there is no such part."""
        return next((file.examples for file in self.files if file.part == part), 0)


def _files(
    hashes: dict[str, tuple[str, str]], counts: tuple[int, int], prefix: str = ""
) -> tuple[NamedFile, ...]:
    """Return the files named in `hashes`; a key says part and content, a value gives the two hashes."""
    names = {"train": "train", "test": "test" if prefix else "t10k"}
    axes = {"images": "idx3", "labels": "idx1"}
    described = []
    for key, (sha256, compressed) in hashes.items():
        part, content = key.split()
        name = f"{prefix}{names[part]}-{content}-{axes[content]}-ubyte"
        described.append(NamedFile(part, content, name, counts[part == "test"], sha256, compressed))
    return tuple(described)


MNIST = NamedSet(
    name="mnist",
    title="MNIST handwritten digits",
    class_names=tuple("0123456789"),
    files=_files(
        {
            "train images": (
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                "md5:f68b3c2dcbeaaa9fbdd348bbdeb94873",
            ),
            "train labels": (
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                "md5:d53e105ee54ea40749a09fcbcd1e9432",
            ),
            "test images": (
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                "md5:9fb629c4189551a2d022fa330f9573f3",
            ),
            "test labels": (
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
                "md5:ec29112dd5afa0611ce80d1b7f02629c",
            ),
        },
        (60_000, 10_000),
    ),
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://raw.githubusercontent.com/fgnt/mnist/master/",
    ),
    licence="CC BY-SA 3.0",
    citation="Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits, 1998",
    folders=("MNIST/raw",),
)

FASHION_MNIST = NamedSet(
    name="fashion-mnist",
    title="Fashion-MNIST articles of clothing",
    class_names=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    files=_files(
        {
            "train images": (
                "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            ),
            "train labels": (
                "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                "md5:25c81989df183df01b3e8a0aad5dffbe",
            ),
            "test images": (
                "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                "md5:bef4ecab320f06d8554ea6380940ec79",
            ),
            "test labels": (
                "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
                "md5:bb300cfdad3c16e7a12a480ee83cd310",
            ),
        },
        (60_000, 10_000),
    ),
    mirrors=(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    licence="MIT",
    citation="H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST, arXiv:1708.07747, 2017",
    folders=("FashionMNIST/raw",),
)

KMNIST = NamedSet(
    name="kmnist",
    title="Kuzushiji-MNIST cursive Japanese characters",
    class_names=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    files=_files(
        {
            "train images": ("", "sha256:51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
            "train labels": ("", "sha256:e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
            "test images": ("", "sha256:edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
            "test labels": ("", "sha256:20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
        },
        (60_000, 10_000),
    ),
    # The authors' own host has been out of reach for months at a time (rois-codh/kmnist issue 29).
    mirrors=(
        "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        "https://raw.githubusercontent.com/namanlab/CVCNN_Paper/"
        "0f30b9c852904dc63a7902c1d2a2f5c61d0547e4/data/KMNIST/raw/",
    ),
    licence="CC BY-SA 4.0",
    citation="T. Clanuwat et al., Deep Learning for Classical Japanese Literature, arXiv:1812.01718, 2018",
    folders=("KMNIST/raw",),
)

EMNIST_LETTERS = NamedSet(
    name="emnist-letters",
    title="EMNIST handwritten letters, upper and lower case together",
    class_names=tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    files=_files(
        {
            "train images": ("", "md5:8795078f199c478165fe18db82625747"),
            "train labels": ("", "md5:c16de4f1848ddcdddd39ab65d2a7be52"),
            "test images": ("", "md5:382093a19703f68edac6d01b8dfdfcad"),
            "test labels": ("", "md5:d4108920cd86601ec7689a97f2de7f59"),
        },
        (124_800, 20_800),
        prefix="emnist-letters-",
    ),
    # The publisher has one archive of all six EMNIST sets (about 540 MB), so a copy file by file comes first.
    mirrors=(
        "https://huggingface.co/datasets/Heliosoph/EMNIST/resolve/main/",
        "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
        "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip",
    ),
    licence="NIST data, free to use; please cite",
    citation="G. Cohen, S. Afshar, J. Tapson and A. van Schaik, EMNIST, arXiv:1702.05373, 2017",
    first_label=1,
    transposed=True,
    folders=("EMNIST/raw",),
)

NOTMNIST = NamedSet(
    name="notmnist",
    title="notMNIST letters A-J in many fonts, test part only (an outlier set for digits)",
    class_names=tuple("ABCDEFGHIJ"),
    files=_files(
        {
            "test images": (
                "8e7f38ae95cc8f48e0986175ffc9137e5007ebcf3d8fdf6656c904eb9dab198b",
                "md5:2c87c839a4ef9b238846600eec8c35b7",
            ),
            "test labels": (
                "5f8e6012f2ce730700d8d05fca098bc47f71d25b890e4bec7ac5ebfd614a4001",
                "md5:7ea9118cbafd0f6e3ee2ad771d782a01",
            ),
        },
        (0, 10_000),
    ),
    mirrors=(
        "https://raw.githubusercontent.com/davidflanagan/notMNIST-to-MNIST/master/",
        "https://github.com/davidflanagan/notMNIST-to-MNIST/raw/17823f4d4a3acd8317c07866702d2eb2ac79c7a0/",
    ),
    licence="none stated; converted files published with the author's permission",
    citation="Y. Bulatov, notMNIST, 2011; sampled in MNIST's format by D. Flanagan",
)

REGISTRY = {named.name: named for named in (MNIST, FASHION_MNIST, KMNIST, EMNIST_LETTERS, NOTMNIST)}


def named_set(name: str) -> NamedSet:
    """Return the registered set called `name`; `DataError` with the near match if there is none."""
    if name not in REGISTRY:
        raise DataError(
            f"No data set is named {name!r}.{near_match(name, list(REGISTRY))}",
            hint=f"named sets: digits, {', '.join(REGISTRY)}.",
        )
    return REGISTRY[name]
