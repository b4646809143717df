"""Two stories about remembering: an answer that is lost, and cookies that are copied."""

from sheet import WIDTH, Sheet

LANES = {"owner": 52, "server": 180, "thief": 308}

LABEL = (
    "Two stories. An answer is lost: the browser comes again with cookies of generation 7, nobody has "
    "shown generation 8, and it is let in. Cookies were copied: a thief got generation 8 and showed it, "
    "the owner comes with 7, and every login of the user ends."
)


class Picture(Sheet):
    """Lanes, and what goes from one to another."""

    def panel(self, title, lanes, steps):
        """A title, who takes part, and what happens; the lanes are drawn behind all of it."""
        self.y += 22
        self.text(4, self.y, title, "title")
        self.y += 24
        for name, called in lanes.items():
            self.text(LANES[name], self.y, called, "who")
        top, behind = self.y + 6, len(self.lines)
        self.y += 12
        for step, *rest in steps:
            step(self, *rest)
        self.y += 6
        self.lines[behind:behind] = [
            f'<path class="lane" d="M{LANES[name]} {top}V{self.y}"></path>' for name in lanes
        ]
        self.y += 14

    def arrow(self, start, end, words, lost=False, copied=False):
        """A message. One that is lost ends on its way, at a cross; a copy passes the server by."""
        self.y += 20
        begin, stop = LANES[start], LANES[end]
        side = 1 if stop > begin else -1
        self.text((begin + (LANES["server"] if copied else stop)) // 2, self.y - 5, words)
        if lost:
            stop -= side * 26
        kind = "arrow copied" if copied else "arrow"
        self.lines.append(f'<path class="{kind}" d="M{begin} {self.y}H{stop - side * 5}"></path>')
        if lost:
            self.lines.append(
                f'<path class="cross" d="M{stop - 5} {self.y - 5}l10 10m0 -10l-10 10"></path>'
            )
        else:
            self.lines.append(
                f'<path class="head" d="M{stop} {self.y}l{-side * 8} -4v8z"></path>'
            )
        self.y += 6

    def note(self, *lines, kind=""):
        """What the server knows or does, in a box on its lane."""
        height = 16 * len(lines) + 8
        left, width = (24, WIDTH - 48)
        self.y += 6
        self.lines.append(
            f'<rect class="note{" " + kind if kind else ""}" x="{left}" y="{self.y}" '
            f'width="{width}" height="{height}" rx="5"></rect>'
        )
        for number, words in enumerate(lines):
            self.text(LANES["server"], self.y + 16 + 16 * number, words)
        self.y += height + 2


def note(picture, *lines):
    picture.note(*lines)


def good(picture, *lines):
    picture.note(*lines, kind="good")


def bad(picture, *lines):
    picture.note(*lines, kind="bad")


def sends(picture, start, end, words):
    picture.arrow(start, end, words)


def loses(picture, start, end, words):
    picture.arrow(start, end, words, lost=True)


def copies(picture, start, end, words):
    picture.arrow(start, end, words, copied=True)


def draw():
    picture = Picture("thief-and-owner", LABEL)
    picture.panel(
        "An answer is lost: no alarm",
        {"owner": "owner", "server": "server"},
        [
            (sends, "owner", "server", "remember 7"),
            (note, "7 is the present one: a restore", "record: present 8, shown 7"),
            (loses, "server", "owner", "cookies 8"),
            (sends, "owner", "server", "remember 7"),
            (good, "Nobody has shown 8, so 7 may be", "all that its owner has: let in"),
        ],
    )
    picture.panel(
        "Two have the same cookies: theft",
        {"owner": "owner", "server": "server", "thief": "thief"},
        [
            (copies, "owner", "thief", "7 is copied"),
            (sends, "thief", "server", "remember 7"),
            (note, "7 is the present one: a restore", "record: present 8, shown 7"),
            (sends, "server", "thief", "cookies 8"),
            (sends, "thief", "server", "session 8"),
            (note, "A minute later: somebody holds 8", "record: present 8, shown 8"),
            (sends, "owner", "server", "remember 7"),
            (note, "For 15 minutes after 8 was shown:", "7 may have been on its way, let in"),
            (sends, "owner", "server", "remember 7"),
            (bad, "Who was given 8 would not send 7: theft.", "Every login of this user ends, and", "whoever comes next is told"),
        ],
    )
    return picture.svg()
