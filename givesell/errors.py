"""Every error that givesell raises, with its code and its message, in one place."""

from functools import cache
from typing import Any

from givesell.show.words import quoted, shown

_MESSAGES = {
    # posts
    "E101": "Post {position} is of type {type}, not text. Pass str, or None for a missing post.",
    "E102": (
        "Cannot read posts from {type}. Pass a str, a list of str, or a pandas, Polars or Arrow"
        " column."
    ),
    "E103": (
        "A column of posts is needed, but {type} has columns: {columns}. Pass one of them, such"
        " as data[{first!r}]."
    ),
    "E104": (
        "{type} does not hold the {expected:,} posts that its length promised. Pass a list, and do"
        " not change it while it is read."
    ),
    "E105": (
        "{type} does not say how many posts it holds ({reason}). Pass a list of str, or a pandas,"
        " Polars or Arrow column."
    ),
    "E106": "Post {position} cannot be read ({reason}). Pass a list of str, or fix the column.",
    "E107": "A text is needed, not {type}. Pass a str.",
    "E108": (
        "The index has {given:,} rows for {expected:,} posts. Pass one of the same length, or none."
    ),
    "E109": (
        "Post {position} has {length:,} characters. At most {most:,} can be read: shorten it, or"
        " leave it out."
    ),
    "E110": "{type} holds no valid Arrow data ({reason}). Create it again from text.",
    "E111": (
        "There is not enough memory for the results of {expected:,} posts. Pass fewer at a time."
    ),
    "E112": (
        "Cannot read posts from {type} ({reason}). Pass a str, a list of str, or a pandas, Polars"
        " or Arrow column."
    ),
    "E113": (
        "A {type} has no order, so verdicts could not be matched to posts. Pass a list of str, such"
        " as sorted(posts)."
    ),
    "E114": (
        "A {type} (with the keys {keys}) is not a column of posts. Pass its values,"
        " list(posts.values()), or the one that holds posts."
    ),
    "E115": "{type} is not text. Decode it first: posts.decode('utf-8').",
    "E116": (
        "{path} is a path, not a post. Pass it to givesell.score_archive (on the command line:"
        " givesell score), which judges the posts in it; givesell.read_archive returns them."
    ),
    "E117": "{type} is not a column of posts. Pass {instead}.",
    "E118": "{type} is not a sequence of posts. Pass a single post as [post], or a list of str.",
    # E119 said that compiled code could not be cached; its number is not given again.
    "E120": (
        "givesell is not compiled in {folder}, from where Python imports it. Run pip install ."
        " there and start Python in another folder, or pip install --editable . to use this one."
    ),
    # artifacts
    "E201": (
        "{path}: no such model. Pass a folder made by Model.save, or the name of an installed"
        " model: {names}."
    ),
    "E202": (
        "{path}: {reason}. The artifact is damaged or was edited: save the model again, or restore"
        " the folder."
    ),
    "E203": (
        "{path}: artifact format {format} is newer than this givesell reads ({known}). Upgrade to"
        " givesell {needs} or newer."
    ),
    "E204": (
        "{path}: pickle and joblib files can run code when opened and are not loaded. If you trust"
        " the file, pass trusted=True; givesell.load({name!r}, trusted=True).save('models/mine')"
        " turns it into data."
    ),
    "E205": (
        "{path}: predicts {predicted:.6f} where {expected:.6f} was recorded for golden post"
        " {position}. Train and save the model again."
    ),
    "E206": "{argument} must be {expected}, not {given}.",
    "E207": "Cannot make a model of {given}: {expected}.",
    "E208": "{path}: already exists and is not a givesell artifact. Choose another folder.",
    "E209": (
        "The model {name!r} has no facets. Train one with a facet column, or use a shipped one."
    ),
    "E210": "info cannot be recorded: {reason}.",
    "E211": (
        "Cannot make a model: {what} must be {expected}. Train it again, on features and weights"
        " of an ordinary size."
    ),
    "E212": (
        "{path}: holds {types}; only types of scikit-learn, NumPy, SciPy and givesell are"
        " loaded. If you trust the file, open it with skops.io.load and pass the pipeline to"
        " givesell.Model.from_pipeline."
    ),
    "E213": (
        "{path}: does not fit into memory. Load it on a machine with more, or use a smaller model."
    ),
    "E214": (
        "{what} cannot be loaded ({reason}). Pass what {maker} of a givesell component returned."
    ),
    "E215": (
        "The model {name!r} predicts probabilities that are not numbers ({classifier}). Train it"
        " again."
    ),
    "E216": (
        "{path}: is not a model, {reason}. Pass a folder made by Model.save, or the name of an"
        " installed model: {names}."
    ),
    "E220": (
        "{path}: its weights are for text core {core}, and this givesell reads posts by text core"
        " {known}: {changes}. Train the model again{command}."
    ),
    "E221": (
        "{path}: its weights are for text core {core}, which is newer than that of this givesell"
        " ({known}). Upgrade to givesell {needs} or newer."
    ),
    "E222": (
        "{path}: holds a model of the kind {kind!r}, which this givesell does not know. Upgrade to"
        " givesell {needs} or newer."
    ),
    "E223": (
        "A model of the kind {kind!r} ({classifier}) cannot be made a scikit-learn pipeline. Use"
        " the model itself: it has predict and predict_proba."
    ),
    "E224": (
        "Model {name!r} is of the kind {kind!r} ({classifier}) and has no settings to train another"
        " with on part of the posts, which this needs. Take a linear or deep model."
    ),
    "E230": "The encoder cannot be run by onnxruntime {version} ({reason}). Upgrade onnxruntime.",
    "E234": (
        "The model {model!r} comes as a package of its own, which is not installed. Install it from"
        " a checkout of givesell, pip install ./models/{model}, or from the file of its wheel, pip"
        " install {module}-*.whl."
    ),
    "E235": (
        "The package {package} names a model {model!r}, but its module {module} is missing or holds"
        " no {manifest}. Install the package again, or uninstall it."
    ),
    "E236": (
        "Several packages have a model {model!r}: {packages}. Uninstall all but one, or pass the"
        " folder of the model."
    ),
    "E237": (
        "Model {name!r} holds no rule that says which posts it reads again. Pass one, as"
        " givesell.learn.second_look.learn_rule makes it, or use a model that holds one, such as"
        " givesell-en-encoder."
    ),
    "E238": (
        "Model {name!r} {reason}, and is not read a second time by another. Leave out careful"
        " (--careful), or name a model that reads first."
    ),
    "E239": (
        "Model {name!r} is two models and cannot be saved as one. Save {second!r} with its rule,"
        " second.holding_rule(rule).save('models/second'), and combine them again after loading."
    ),
    # training and evaluation
    "E301": "No column {column!r}{where}. There are: {columns}.{hint}",
    "E302": (
        "Label {label!r} in row {row}{where} is neither 'giving' nor 'selling'{more}. Say what it"
        " means, label_mapping={{{key!r}: 'selling'}}, or leave such posts out,"
        " label_mapping={{{key!r}: None}}."
    ),
    "E303": "{problem}. Training needs at least {needed}.",
    "E304": (
        "No n-gram occurs in {min_df} of the {posts} posts. Lower min_df, or fit on more posts."
    ),
    "E305": (
        "{path}: the teacher scored other posts than these. Pass the files that it was made from,"
        " in the same order."
    ),
    "E306": (
        "Every view of the teacher has seen {what} that a fold is measured on. Use the column and"
        " the seed that it was made with."
    ),
    "E307": (
        "Facet {facet!r} in row {row} is not one of {label!r}. There are: {known}. Rename it, or"
        " drop the row."
    ),
    "E308": (
        "label_mapping maps {key!r} to {target!r}. Map it to 'giving', to 'selling', or to None to"
        " leave such posts out."
    ),
    "E309": (
        "The labels in column {column!r}{where} are numbers: {values}. Which is which is not known."
        " Pass a mapping, such as label_mapping={example} (or the other way round)."
    ),
    "E310": "{name} has {given} values for {posts} posts. Pass one per post, in the same order.",
    "E311": (
        "{name} is a Series whose index is not that of data. Pass it on the same index, or as a"
        " list in the order of the posts."
    ),
    "E312": (
        "Weight {weight!r} in row {row}{where} cannot be used. Weights are numbers from 0 to"
        " 1,000,000."
    ),
    "E313": (
        "Column {column!r}{where} holds no posts: {count} are of type {kind}, first in row {row}."
        " There are: {columns}. Pass text=."
    ),
    "E314": "All posts have weight 0. Give some of them a weight above 0.",
    "E315": (
        "All posts labelled {label!r} are in one group of {column!r}, {group!r}: no fold can be"
        " measured on it and also learn from it. Label such posts in another group, use another"
        " column, or train without groups."
    ),
    "E316": (
        "In a fold no post labelled {label!r} is left to train on: the others {are} copies or near"
        " copies of posts that it is measured on. Label {more}."
    ),
    "E317": "{one} and {other} cannot be combined. Pass one of them.",
    "E318": (
        "{name} takes no sparse features, and dense ones of {posts} posts and {columns} columns"
        " would take {gigabytes} GB. Reduce them first: classifier=make_pipeline(TruncatedSVD(100),"
        " {name}()), or keep fewer: features=PostVectorizer(min_df=20)."
    ),
    "E319": (
        "Model {name!r} scores with {classifier} and cannot be saved as an artifact. Save it with"
        " model.export('mine.joblib')."
    ),
    "E320": (
        "Model {name!r} scores with {classifier} and has no weights: its log-odds are no sum of"
        " parts. givesell.explain says what taking phrases out of a post does."
    ),
    "E321": (
        "base {name!r} scores with {classifier} and has no weights to start from. Pass a linear or"
        " deep model."
    ),
    "E322": (
        "classifier must be a scikit-learn classifier with decision_function or predict_proba, not"
        " {given}."
    ),
    "E323": (
        "{path}: unknown extension. A pipeline is exported as .joblib or .skops; model.save writes"
        " an artifact."
    ),
    "E324": (
        "{path}: skops is not installed. Install it, pip install 'givesell[skops]', or use .joblib."
    ),
    "E325": (
        "{type} holds {kind}, and no columns. Pass posts and labels apart: texts, labels ="
        " zip(*data)."
    ),
    "E326": (
        "{type} cannot be read as a table ({reason}). Pass a DataFrame of pandas or Polars, or the"
        " path of a file."
    ),
    "E327": "{type} holds several tables: {names}. Pass one of them, such as data[{first!r}].",
    "E328": (
        "Column {one!r} has {count:,} values and column {other!r} has {rest:,}. Pass as many in"
        " each."
    ),
    # evaluation, comparison, drift
    "E330": (
        "The model {name!r} has no record to measure drift against. Train it again with this"
        " version of givesell."
    ),
    "E331": "{posts} text: drift needs at least {needed}.",
    "E332": "Pass one of precision, recall and cost, not: {given}.",
    "E333": "No column {column!r} to slice by. Add it to the data, or leave it out of slices.",
    "E334": (
        "{count} of the {posts} judged posts are labelled {label!r}{left}. Measuring needs at least"
        " {needed} of each label."
    ),
    "E335": (
        "All posts are in one group of {column!r}, so no interval can be computed. Use another"
        " column, or leave groups out."
    ),
    "E336": ("Both models predict the same probability for every post. Pass two different models."),
    # review and suggest
    "E340": "There is no kind {kind!r} of posts to review. There are: {known}.",
    "E341": (
        "Nothing to suggest: of {read} posts read, {labelled} are already labelled and {unjudged}"
        " cannot be judged. Pass a larger pool."
    ),
    "E342": (
        "Cannot read a pool of posts from {type}. Pass a DataFrame, a column or list of posts, an"
        " archive, or the path of one."
    ),
    "E343": (
        "{path}: is a saved model, not a file of posts. Pass it with --model, or with --base to"
        " train from it."
    ),
    # labelling
    "E350": "{path}: labels are written as {known}. Choose such a name with -o.",
    "E351": (
        "{path}: already exists and holds no labels (no columns text and label). Choose another"
        " file with -o."
    ),
    "E352": (
        "{path}: another labelling session is writing to it. Choose another file with -o, or wait."
    ),
    "E353": (
        "Labelling needs a terminal to read keys from. Run givesell label in one, without"
        " redirecting its input or output."
    ),
    "E354": "{path}: contains no post to label.",
    # what people see
    "E360": (
        "Only .csv, .tsv and .xlsx can be made for spreadsheets, not {kind}. Leave out --excel, or"
        " choose another output."
    ),
    "E362": "Column {column!r}{where} occurs {count} times. Keep only one of that name.",
    "E361": "{path}: has two columns {column!r}. Rename one of them.",
    # files
    "E401": "{path}: no such file.",
    "E402": "{path}: is a directory. Pass the files in it, such as {path}/*.csv.",
    "E403": "{path}: is empty. Pass a file with posts.",
    "E404": "{path}: unknown extension. Known are {known}.",
    "E405": "{path}: cannot be written ({reason}).",
    "E406": "{path}: cannot be read ({reason}).",
    "E407": (
        "{path}: already has a column {column!r}. Pass --prefix givesell_ to rename the new"
        " columns."
    ),
    "E408": "{path}: is an input too. Choose another output.",
    "E409": (
        "{path}: already exists. Choose another output, or pass --overwrite (in Python"
        " overwrite=True) to replace it."
    ),
    "E410": "No file matches. Pass at least one file to read.",
    "E411": (
        "{path}: line {line} cannot be read ({reason}). Without --strict it is set aside and the"
        " rest is scored."
    ),
    "E412": "{path}: is a directory without files of a known format.",
    "E413": (
        "{path}: has no columns label, selling, sure and status. Pass a file that givesell score"
        " has written."
    ),
    "E414": (
        "{path}: is in the place of unfinished output, but givesell did not create it. Move it"
        " away, or choose another output."
    ),
    "E415": "{path}: another run is writing to it. Wait for that run, or choose another output.",
    "E416": (
        "{path}: more than {limit} GiB of rows is too much to sort. Pass --limit to keep the"
        " first, or --only for one label."
    ),
    # archives
    "E501": (
        "{path}: contains no export of a known platform (found: {names}). Known are {platforms}."
    ),
    "E502": "{path}: is not {format} ({reason}).",
    "E503": "{path}: which rows are the posts? It has {tables}. Pass --query 'SELECT ...'.",
    "E504": "{path}: the query failed ({reason}).",
    "E505": "{path}: the {kind} breaks off or is damaged. Download it again.",
    "E506": "{path}: is not read ({reason}). If you trust it, unpack it and pass the files.",
    "E507": "Unknown format {format!r}. Known are {known}.{hint}",
    "E508": (
        "{path}: several columns could hold the posts: {choice}. Choose one with --text-column."
    ),
    "E510": (
        "{path}: cannot be read because of an unexpected error ({reason}). Please report it; the"
        " other files can be read."
    ),
    "E511": (
        "Unknown encoding {encoding!r}.{hint} Pass its name, such as utf-8, utf-16, cp1252 (older"
        " files of Windows) or shift_jis; UTF-8 and UTF-16 need not be named."
    ),
    "E512": "{path}: looks like {what}, not posts. {advice}.",
    # exports of platforms
    "E520": (
        "{path}: holds YouTube comments under a header in another language ({columns}). "
        "Set the language of the Google account to English, and export them again."
    ),
    "E530": "Posts have no part {part!r}. Columns can be named for: {known}.{hint}",
    "E540": (
        "{path}: spreadsheets need python-calamine to be read and XlsxWriter to be written."
        " Install both: pip install 'givesell[excel]'."
    ),
    "E541": (
        "{path}: is too large to be read as a spreadsheet (more than {most} MiB {what}). Save it as"
        " .csv and pass that."
    ),
    "E542": "{path}: which sheet holds the posts? It has {sheets}. Name one with --query.",
    "E543": (
        "A spreadsheet holds at most {most:,} rows and {columns:,} columns. Write .csv or .parquet,"
        " or score fewer posts at a time."
    ),
    # the linguistic view
    "E701": (
        "{what} needs {package}, which is not installed. Install it: pip install"
        " 'givesell[{extra}]'."
    ),
    "E601": (
        "{path}: cannot be used as cues ({reason}). See the head of givesell/nlp/cues.toml for the"
        " layout."
    ),
    "E602": (
        "{kind} already has an extension {name!r} that is not givesell's. Pass another name, such"
        " as config={{'extension': 'givesell_verdict'}}."
    ),
}


@cache
def _formatter() -> Any:
    """Return what formats details into a message so that none can control a terminal, break the
    line or fill the screen.
    """
    from string import Formatter

    class Words(Formatter):
        def convert_field(self, value: Any, conversion: Any) -> Any:
            return quoted(value) if conversion == "r" else super().convert_field(value, conversion)

        def format_field(self, value: Any, format_spec: str) -> str:
            return format(value, format_spec) if format_spec else shown(value)

    return Words()


class GivesellError(Exception):
    """The base of every error of this library.

    Parameters
    ----------
    code : str
        A key of the catalogue in `givesell.errors`.
    **details : object
        What the message names. Control characters are shown as escapes, and what is longer than
        1,000 characters is cut.

    Attributes
    ----------
    code : str
    message : str
        What is wrong and what to do, on one line, without the code.

    Examples
    --------
    >>> str(GivesellError("E401", path="posts.csv"))
    '[E401] posts.csv: no such file.'
    """

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.details = details
        self.message: str = _formatter().vformat(_MESSAGES[code], (), details)
        super().__init__(f"[{code}] {self.message}")

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.code, self.details)


def _rebuild(kind: type[GivesellError], code: str, details: dict[str, object]) -> GivesellError:
    return kind(code, **details)


class PostTypeError(GivesellError, TypeError):
    """Something that is not text was passed as a post."""


class ArgumentError(GivesellError, ValueError):
    """An argument has a value that cannot be used."""


class ArgumentTypeError(GivesellError, TypeError):
    """An argument has a type that cannot be used."""


class ArtifactError(GivesellError, ValueError):
    """A model's folder cannot be loaded."""


class DataError(GivesellError, ValueError):
    """Labelled posts cannot be used for training or measuring."""


class FileError(GivesellError, OSError):
    """A file cannot be read or written."""

    def __str__(self) -> str:
        return f"[{self.code}] {self.message}"


class MissingPackageError(GivesellError, ImportError):
    """Packages that a part of the library needs are not installed, or it is not compiled."""

    def __str__(self) -> str:
        return f"[{self.code}] {self.message}"


class GivesellWarning(UserWarning):
    """Something was left out of a file, and the rest was used."""


class HintWarning(GivesellWarning):
    """Something works, but probably not as intended, or slower than it could; nothing was left
    out.
    """


class TrainedOnWarning(HintWarning):
    """A model is measured on, or adapted to, posts that it was trained on: it looks better than
    it is.
    """


class RestartWarning(GivesellWarning):
    """An interrupted run cannot be resumed: it starts again."""
