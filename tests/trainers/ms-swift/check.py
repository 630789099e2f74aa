"""ms-swift's own loader, boxes and picture code, with the settings of the data card; no tokenizer, no weights."""
import copy
import json
import os
import re
import sys

made = sys.argv[1]
sets = [s for s in json.load(open(f"{made}/sets.json")) if s["format"] == "ms-swift"]


def settings(s):
    """The `export NAME=value` lines of the card's block."""
    text = open(f"{s['folder']}/README.md").read()
    words = re.findall(r"^export (.*?)(?:\s+#.*)?$", text, re.M)
    return dict(pair.split("=", 1) for line in words for pair in line.split())


# Settings are read when modules are loaded: those of qwen2.5-vl, which are the most, serve all.
card = next(settings(s) for s in sets if s["model"] == "qwen2.5-vl" and s["kind"] == "train")
os.environ.update(card, MODELSCOPE_OFFLINE="1")

import datasets  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from importlib.metadata import version  # noqa: E402
from PIL import Image  # noqa: E402
from qwen_vl_utils import vision_process  # noqa: E402
from swift.dataset import load_dataset  # noqa: E402
from swift.model.models.qwen import compat_qwen_vl_utils, patch_qwen_vl_utils  # noqa: E402
from swift.template.base import Template  # noqa: E402
from swift.template.template_inputs import StdTemplateInputs  # noqa: E402
from swift.template.templates.internvl import Internvl2Template  # noqa: E402
from swift.template.templates.qwen import Qwen2VLTemplate  # noqa: E402

from report import Report, expect, near, own_picture  # noqa: E402

report = Report()
boxes_of = json.load(open(f"{made}/boxes.json"))
datasets.disable_progress_bars()


def load(s):
    os.chdir(s["folder"])  # as the card says
    loaded, _ = load_dataset(["train.jsonl"], num_proc=1, strict=True)
    return loaded


def loads(s):
    rows = load(s)
    expect(len(rows) == s["records"], f"{len(rows)} of {s['records']} records")
    for r in rows:
        text = "".join(m["content"] for m in r["messages"])
        images = r.get("images") or []
        expect(text.count("<image>") == len(images), f"{text.count('<image>')} tags, {len(images)} pictures")
        for image in images:
            Image.open(image["path"] if isinstance(image, dict) else image).convert("RGB")
        n_boxes = len((r.get("objects") or {}).get("bbox") or [])
        expect(text.count("<bbox>") == n_boxes, f"{text.count('<bbox>')} <bbox>, {n_boxes} boxes")
        expect(s["kind"] == "eval" or r["messages"][-1]["role"] == "assistant", "no answer")


def whole_folder(s):
    """`--dataset FOLDER` in place of the file."""
    loaded, _ = load_dataset([s["folder"]], num_proc=1, strict=True)
    expect(len(loaded) == s["records"], f"{len(loaded)} of {s['records']} records")


class Inputs(StdTemplateInputs):
    """What a template is handed of a record."""

    def __init__(self, objects, images):
        self.objects, self.images = objects, images


def written(s, r):
    """The answer as the model would be taught it: boxes normalised and put into the text by swift."""
    template = (Internvl2Template if s["model"] == "internvl" else Qwen2VLTemplate).__new__(
        Internvl2Template if s["model"] == "internvl" else Qwen2VLTemplate)
    template.bbox_format = os.environ["QWENVL_BBOX_FORMAT"]
    template.norm_bbox = "none" if s["model"] == "qwen2.5-vl" else "norm1000"
    images = [Image.open(i["path"] if isinstance(i, dict) else i).convert("RGB") for i in r["images"]]
    objects = copy.deepcopy(r["objects"])
    objects["width"], objects["height"] = [i.width for i in images], [i.height for i in images]
    shown = [vision_process.fetch_image({"image": i}) for i in images]
    inputs = Inputs(objects, shown if s["model"] == "qwen2.5-vl" else images)
    Template.normalize_bbox(template, inputs)
    text = r["messages"][-1]["content"]
    for i, box in enumerate(inputs.objects["bbox"]):
        text = text.replace("<bbox>", "".join(template.replace_bbox(box, i, inputs)), 1)
    return text, images[0], shown[0]


def boxes(s):
    n = 0
    for r in load(s):
        images = r.get("images") or []
        name = own_picture([i["path"] if isinstance(i, dict) else i for i in images])
        if not (r.get("objects") or {}).get("bbox"):
            continue
        text, stored, shown = written(s, r)
        expect("<bbox>" not in text and "<|box" not in text, f"the answer is {text[:80]}")
        if s["model"] == "internvl":
            found = [[int(v) for v in b] for b in re.findall(r"\[(\d+), (\d+), (\d+), (\d+)\]", text)]
        elif text.lstrip().startswith("["):
            found = [o["bbox_2d"] for o in json.loads(text)]
        else:
            continue
        if not name:
            continue
        sx, sy = shown.size if s["model"] == "qwen2.5-vl" else (1000, 1000)
        step = stored.width / sx, stored.height / sy
        found = [[v * step[i % 2] for i, v in enumerate(b)] for b in found]
        wrong = near(found, boxes_of[name], (step[0] + 1e-6, step[1] + 1e-6))
        expect(not wrong, f"{name}, shown as {shown.size}: {wrong}")
        n += 1
    expect(n > 3, f"only {n} records with boxes")


def main():
    print(f"versions ms-swift {version('ms-swift')}, transformers {transformers.__version__}, datasets "
          f"{datasets.__version__}, qwen-vl-utils {version('qwen-vl-utils')}, torch {torch.__version__}")
    compat_qwen_vl_utils(image_patch_size=14)
    patch_qwen_vl_utils(vision_process)
    for s in sets:
        what = f"{s['kind']} {s['model']}"
        report.case(f"{what}: loads", loads, s)
        if s["kind"] == "train":
            report.case(f"{what}: the folder", whole_folder, s)
        if s["kind"] == "train" and s["model"] != "llava-1.5":
            report.case(f"{what}: boxes", boxes, s)
    report.skip("swift's command line", "it fetches the model's configuration from a hub")
    report.skip("tokens and training", "tokenizers and weights come from a hub")


main()
