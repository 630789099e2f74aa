"""Writes made-up label files, or reads them as a script of an evening would: what rsift is compared with.

usage: boxes.py make DIR N_FILES N_OBJECTS     DIR/fair1m-like/*.xml and DIR/labelme/*.json
       boxes.py voc DIR | labelme DIR          reads all files, prints files, objects and the sum of the corners
"""
import json
import os
import random
import sys
import xml.etree.ElementTree as ElementTree

NAMES = ["Small Car", "Van", "Boeing737", "Liquid Cargo Ship", "Tennis Court"]


def quad(draw):
    x, y, w, h = draw.uniform(0, 900), draw.uniform(0, 900), draw.uniform(5, 90), draw.uniform(5, 90)
    return [(x, y), (x + w, y + h / 9), (x + w - h / 9, y + h), (x - h / 9, y + h - h / 9)]


def ring(points):
    return "".join(f"\n\t\t\t\t<point>{x:.6f},{y:.6f}</point>" for x, y in points + points[:1])


def make(folder, n_files, n_objects):
    draw = random.Random(1)
    for kind in ("fair1m-like", "labelme"):
        os.makedirs(os.path.join(folder, kind), exist_ok=True)
    for i in range(n_files):
        objects = [(draw.choice(NAMES), quad(draw)) for _ in range(n_objects)]
        xml = "".join(
            "\n\t\t<object>\n\t\t\t<coordinate>pixel</coordinate>\n\t\t\t<type>rectangle</type>\n\t\t\t<description>None"
            f"</description>\n\t\t\t<possibleresult>\n\t\t\t\t<name>{name}</name>\n\t\t\t</possibleresult>\n\t\t\t<points>"
            f"{ring(points)}\n\t\t\t</points>\n\t\t</object>" for name, points in objects)
        with open(os.path.join(folder, "fair1m-like", f"{i}.xml"), "w") as f:
            f.write(f'<?xml version="1.0" encoding="utf-8"?>\n<annotation>\n\t<source>\n\t\t<filename>{i}.tif</filename>\n'
                    "\t\t<origin>GF2/GF3</origin>\n\t</source>\n\t<size>\n\t\t<width>1000</width>\n\t\t<height>1000</height>\n"
                    f"\t\t<depth>3</depth>\n\t</size>\n\t<objects>{xml}\n\t</objects>\n</annotation>")
        shapes = [{"label": name, "points": points, "group_id": None, "shape_type": "polygon", "flags": {}}
                  for name, points in objects]
        with open(os.path.join(folder, "labelme", f"{i}.json"), "w") as f:
            json.dump({"version": "5.3.1", "flags": {}, "shapes": shapes, "imagePath": f"{i}.png", "imageData": None,
                       "imageHeight": 1000, "imageWidth": 1000}, f, indent=2)


def voc(path):
    root = ElementTree.parse(path).getroot()
    for thing in root.iter("object"):
        yield (thing.find("possibleresult/name").text,
               [tuple(map(float, p.text.split(","))) for p in thing.iter("point")][:4])


def labelme(path):
    with open(path) as f:
        for shape in json.load(f)["shapes"]:
            yield shape["label"], shape["points"]


def main():
    what, folder = sys.argv[1:3]
    if what == "make":
        make(folder, int(sys.argv[3]), int(sys.argv[4]))
        return
    read = {"voc": voc, "labelme": labelme}[what]
    n_files = n_objects = 0
    total = 0.0
    for name in sorted(os.listdir(folder)):
        n_files += 1
        for _, points in read(os.path.join(folder, name)):
            n_objects += 1
            total += sum(x + y for x, y in points)
    print(n_files, n_objects, round(total, 3))


if __name__ == "__main__":
    main()
