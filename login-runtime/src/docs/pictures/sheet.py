"""A sheet to draw on, and its colours.

A picture stands inside a page of the documentation as well as alone. So it has no blank line (Markdown
would take it apart there), its rules are about its own id only, and its colours follow the theme that
the page has, or, where there is none, what the reader's system prefers. It is as wide as a phone.
"""

WIDTH = 360

LIGHT = {"ink": "#1f2328", "faint": "#8c959f", "paper": "#f3f5f7", "good": "#1a6b3c", "bad": "#b3261e"}
DARK = {"ink": "#e6e6e6", "faint": "#8b949e", "paper": "#2b3036", "good": "#7ad79f", "bad": "#ff9c94"}


def colours(of):
    return "".join(f"--tao-{name}:{value};" for name, value in of.items())


def style(id):
    return [
        f"#{id}{{{colours(LIGHT)}max-width:34rem;width:100%;height:auto;font:12px system-ui,sans-serif}}",
        f"@media(prefers-color-scheme:dark){{#{id}{{{colours(DARK)}}}}}",
        f':root[data-theme="light"] #{id}{{{colours(LIGHT)}}}',
        f':root[data-theme="dark"] #{id},:root[data-theme="ayu"] #{id}{{{colours(DARK)}}}',
        f"#{id} text{{fill:var(--tao-ink);text-anchor:middle}}",
        f"#{id} .title{{font-weight:700;font-size:13px;text-anchor:start}}",
        f"#{id} .who{{font-weight:700}}",
        f"#{id} .lane{{stroke:var(--tao-faint);stroke-dasharray:2 4}}",
        f"#{id} .arrow{{stroke:var(--tao-ink);stroke-width:1.5;fill:none}}",
        f"#{id} .head{{fill:var(--tao-ink)}}",
        f"#{id} .copied{{stroke-dasharray:5 4}}",
        f"#{id} .note{{fill:var(--tao-paper);stroke:var(--tao-faint)}}",
        f"#{id} .good{{stroke:var(--tao-good);stroke-width:2}}",
        f"#{id} .bad{{stroke:var(--tao-bad);stroke-width:2}}",
        f"#{id} .cross{{stroke:var(--tao-bad);stroke-width:2}}",
    ]


class Sheet:
    """Lines of SVG, from the top down."""

    def __init__(self, id, label):
        self.id, self.label = id, label
        self.lines, self.y = [], 0

    def text(self, x, y, words, kind=None):
        shown = words.replace("&", "&amp;").replace("<", "&lt;")
        of = f' class="{kind}"' if kind else ""
        self.lines.append(f'<text{of} x="{x}" y="{y}">{shown}</text>')

    def box(self, x, y, width, lines, kind="", first="who"):
        """A box with its lines of text, the first of them a heading; gives where it ends."""
        height = 16 * len(lines) + 10
        self.lines.append(
            f'<rect class="note{" " + kind if kind else ""}" x="{x}" y="{y}" '
            f'width="{width}" height="{height}" rx="5"></rect>'
        )
        for number, words in enumerate(lines):
            self.text(x + width / 2, y + 17 + 16 * number, words, first if number == 0 else None)
        return y + height

    def down(self, x, top, bottom):
        """An arrow downwards."""
        self.lines.append(f'<path class="arrow" d="M{x} {top}V{bottom - 5}"></path>')
        self.lines.append(f'<path class="head" d="M{x} {bottom}l-4 -8h8z"></path>')

    def right(self, left, right, y):
        """An arrow to the right."""
        self.lines.append(f'<path class="arrow" d="M{left} {y}H{right - 5}"></path>')
        self.lines.append(f'<path class="head" d="M{right} {y}l-8 -4v8z"></path>')

    def svg(self):
        return "\n".join([
            f'<svg id="{self.id}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.y}" role="img" aria-label="{self.label}">',
            "<style>",
            *style(self.id),
            "</style>",
            *self.lines,
            "</svg>",
        ])
