"""LLaMA-Factory's own loader, converter, picture code and arguments; no tokenizer and no weights."""
import json
import os
import re
import sys

os.environ["DISABLE_VERSION_CHECK"] = "1"
import datasets  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
import yaml  # noqa: E402
from importlib.metadata import version  # noqa: E402
from types import SimpleNamespace  # noqa: E402

from llamafactory.data import loader  # noqa: E402
from llamafactory.data.mm_plugin import get_mm_plugin  # noqa: E402
from llamafactory.data.parser import get_dataset_list  # noqa: E402
from llamafactory.data.template import TEMPLATES  # noqa: E402
from llamafactory.hparams.data_args import DataArguments  # noqa: E402
from llamafactory.hparams.parser import _parse_train_args  # noqa: E402
from PIL import Image  # noqa: E402
from transformers.models.clip.image_processing_clip import CLIPImageProcessor  # noqa: E402
from transformers.models.qwen2_vl.image_processing_qwen2_vl import Qwen2VLImageProcessor  # noqa: E402

from report import Report, expect, near, own_picture  # noqa: E402

made = sys.argv[1]
report = Report()
boxes_of = json.load(open(f"{made}/boxes.json"))
datasets.disable_progress_bars()


def load(s):
    """The records as the trainer aligns them: _prompt, _response, _images."""
    folder = s["folder"]
    name, = json.load(open(f"{folder}/dataset_info.json"))
    attr, = get_dataset_list([name], folder)
    args = DataArguments(dataset=name, dataset_dir=folder, media_dir=folder, overwrite_cache=True)
    training = SimpleNamespace(local_process_index=0, seed=1, should_log=False)
    model = SimpleNamespace(cache_dir=f"{made}/cache", hf_hub_token=None, ms_hub_token=None, om_hub_token=None)
    return loader._load_single_dataset(attr, model, args, training)


def loads(s):
    rows = load(s)
    expect(len(rows) == s["records"], f"{len(rows)} of {s['records']} records")
    for r in rows:
        expect(len(r["_prompt"]) % 2 == 1 and len(r["_response"]) == 1, "a record that it drops")
        text = "".join(m["content"] for m in r["_prompt"] + r["_response"])
        images = r["_images"] or []
        expect(text.count("<image>") == len(images), f"{text.count('<image>')} tags, {len(images)} pictures")
        for path in images:
            Image.open(path).convert("RGB")


def block(s):
    """The YAML of the data card."""
    text = open(f"{s['folder']}/README.md").read()
    return yaml.safe_load(re.search(r"```yaml\n(.*?)```", text, re.S)[1])


def arguments(s):
    """The block names a template that exists and only arguments that exist; nothing is loaded by it."""
    given = block(s)
    expect(given["template"] in TEMPLATES, f"template {given['template']}")
    where = os.getcwd()
    os.chdir(s["folder"])
    try:
        _parse_train_args({**given, "output_dir": f"{made}/out", "use_cpu": True})
        name = given.get("dataset") or given.get("eval_dataset")
        expect(get_dataset_list([name], given["dataset_dir"]), "the data set is not found")
    finally:
        os.chdir(where)


def boxes(s):
    """A picture goes through the plugin and Qwen's processor with the card's limits; the text's boxes must
    lie where the picture's boxes are shown."""
    limits = block(s)
    plugin = get_mm_plugin("qwen2_vl", image_token="<|image_pad|>", video_token="<|video_pad|>")
    own = Qwen2VLImageProcessor(min_pixels=3136, max_pixels=12845056)  # as in the model's preprocessor_config.json
    n = 0
    for r in load(s):
        name, text = own_picture(r["_images"]), r["_response"][0]["content"]
        if not name or "bbox_2d" not in text:
            continue
        stored = Image.open(r["_images"][0])
        shown = plugin._preprocess_image(stored, image_max_pixels=limits["image_max_pixels"],
                                         image_min_pixels=limits["image_min_pixels"])
        _, rows, columns = own(images=[shown], return_tensors="np")["image_grid_thw"][0].tolist()
        step = stored.width / (columns * 14), stored.height / (rows * 14)
        found = [[v * step[i % 2] for i, v in enumerate(o["bbox_2d"])] for o in json.loads(text)]
        wrong = near(found, boxes_of[name], (step[0] + 1e-6, step[1] + 1e-6))
        expect(not wrong, f"{name}, shown as {columns * 14} x {rows * 14}: {wrong}")
        n += 1
    expect(n > 3, f"only {n} records with boxes")


def cropped(s):
    """LLaVA 1.5 sees the middle square here: no box may be written of a picture that is not square."""
    crop = CLIPImageProcessor(size={"shortest_edge": 336}, crop_size={"height": 336, "width": 336})
    expect(crop(Image.new("RGB", (700, 350)), return_tensors="np")["pixel_values"].shape[2:] == (336, 336)
           and crop.do_center_crop, "the processor pads now: boxes could be written")
    for r in load(s):
        if re.search(r"\[\d?\.\d+, ", r["_response"][0]["content"]):
            w, h = Image.open(r["_images"][0]).size
            expect(w == h, f"a box on a picture of {w} x {h}")


def main():
    print(f"versions llamafactory {version('llamafactory')}, transformers {transformers.__version__}, "
          f"datasets {datasets.__version__}, torch {torch.__version__}")
    for s in json.load(open(f"{made}/sets.json")):
        if s["format"] != "llama-factory":
            continue
        what = f"{s['kind']} {s['model']}"
        report.case(f"{what}: loads", loads, s)
        report.case(f"{what}: the card's arguments", arguments, s)
        if s["kind"] == "train" and s["model"] == "qwen2.5-vl":
            report.case(f"{what}: boxes", boxes, s)
        if s["kind"] == "train" and s["model"] == "llava-1.5":
            report.case(f"{what}: no box on a cropped picture", cropped, s)
    report.skip("tokens and training", "tokenizers and weights come from a hub")


main()
