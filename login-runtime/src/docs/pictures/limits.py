"""How long a login counts: fresh, in a session, remembered."""

from sheet import Sheet

LABEL = (
    "How long a login counts by default. Fresh for 15 minutes after the password was entered. The session ends "
    "after 1 hour without a request, and after 24 hours in any case. A remembered login comes back for 30 days, "
    "not fresh. Entering the password again starts all of them anew."
)

#: Where the moments stand: the picture is no scale.
AT = {"login": 20, "15 min": 96, "1 h": 160, "24 h": 236, "30 days": 330}


def bar(sheet, start, end, heading, words, kind):
    left, right = AT[start], AT[end]
    sheet.y += 24
    sheet.lines.append(f'<text class="title" x="{AT["login"]}" y="{sheet.y}">{heading}</text>')
    sheet.y += 7
    sheet.lines.append(
        f'<rect class="note {kind}" x="{left}" y="{sheet.y}" width="{right - left}" height="14" rx="4"></rect>'
    )
    sheet.y += 30
    for line in words:
        sheet.lines.append(
            f'<text x="{AT["login"]}" y="{sheet.y}" style="text-anchor:start">{line}</text>'
        )
        sheet.y += 16
    sheet.y -= 10


def draw():
    sheet = Sheet("picture-limits", LABEL)
    sheet.y = 16
    for name, x in AT.items():
        sheet.text(x, sheet.y, name, "who")
    top = sheet.y + 6
    sheet.y += 8
    bar(sheet, "login", "15 min", "fresh", ["for pages that change passwords and the like"], "good")
    bar(sheet, "login", "1 h", "session, and nobody comes", ["a request within the hour moves its end"], "")
    bar(sheet, "login", "24 h", "session, in use", ["at most so long, requests or not"], "")
    bar(sheet, "login", "30 days", "remembered", ["a new session without the password, and not fresh;", "the cookie is replaced every time"], "")
    sheet.lines[len(AT):len(AT)] = [
        f'<path class="lane" d="M{x} {top}V{sheet.y + 8}"></path>' for x in AT.values()
    ]
    sheet.y += 14
    sheet.y = sheet.box(8, sheet.y, 344, ["the password again: confirm_login", "every limit starts anew, with new cookies"], "good")
    sheet.y += 6
    return sheet.svg()
