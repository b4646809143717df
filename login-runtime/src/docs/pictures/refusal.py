"""Who is answered how, when a guard refuses."""

from sheet import WIDTH, Sheet

LABEL = (
    "Who gets what when nobody is logged in, asked in this order. htmx: 401 with HX-Redirect. XMLHttpRequest: 401. "
    "A WebSocket: 401. Who brings a credential, or meets a guard for programs: 401 with WWW-Authenticate. An Accept that "
    "names text/html: 303 to the login page with next and a message. Everybody else: 401 with a problem document. A "
    "user without the right gets 403, and what cannot be known is 503."
)

RULES = [
    (["htmx?", "HX-Request: true"], ["401", "HX-Redirect"], ""),
    (["a script's request?", "XMLHttpRequest"], ["401"], ""),
    (["a WebSocket?"], ["401"], ""),
    (["a program?", "an API key, or via = request"], ["401", "WWW-Authenticate"], ""),
    (["a page in a browser?", "Accept names text/html"], ["303 to login", "next, a message"], "good"),
    (["anybody else"], ["401", "problem document"], ""),
]


def draw():
    sheet = Sheet("picture-refusal", LABEL)
    left, width, answer = 4, 196, 220
    sheet.y = 14
    sheet.text(left + width / 2, sheet.y, "nobody is logged in", "who")
    y = 18
    for question, got, kind in RULES:
        sheet.down(left + width / 2, y, y + 18)
        y += 18
        end = sheet.box(left, y, width, question)
        middle, height = (y + end) / 2, 16 * len(got) + 10
        sheet.right(left + width, answer, middle)
        sheet.box(answer, middle - height / 2, WIDTH - answer - 4, got, kind)
        y = end
    y += 22
    half = (WIDTH - 24) / 2
    end = sheet.box(left, y, half, ["logged in, no right", "403"], "bad")
    sheet.box(left + half + 8, y, half, ["cannot be known", "503, no redirect"], "bad")
    sheet.y = end + 6
    return sheet.svg()
