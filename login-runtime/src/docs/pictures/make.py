#!/usr/bin/env python3
"""Draws the pictures of the documentation, each into the file of its name.

  python3 make.py            draws them all
  python3 make.py --check    says which of the files are not what would be drawn
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True

import fleet
import limits
import refusal
import request
import template
import thief_and_owner

PICTURES = [fleet, limits, refusal, request, template, thief_and_owner]


def main():
    others = []
    for picture in PICTURES:
        file = Path(__file__).with_name(picture.__name__ + ".svg")
        drawn = picture.draw() + "\n"
        if "--check" not in sys.argv:
            file.write_text(drawn)
        elif not file.exists() or file.read_text() != drawn:
            others.append(file.name)
    print("\n".join(others))


if __name__ == "__main__":
    main()
