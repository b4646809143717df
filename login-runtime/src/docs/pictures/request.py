"""The life of a request, from the cookie to the handler and back."""

from sheet import WIDTH, Sheet

LABEL = (
    "The life of a request. The login layer puts a handle into it and reads nothing. The guard, the handler's "
    "first extractor, finds the record by the session cookie or the remember cookie, and the user by the user "
    "loader or a request loader. Nobody is refused, what cannot be known is 503, and only then the other "
    "extractors and the body are read and the handler runs. The layer then makes the login that was staged "
    "and writes cookies."
)

MIDDLE = 110


def draw():
    sheet = Sheet("picture-request", LABEL)
    y, left, width = 4, 2, 216
    steps = [
        (["the login layer", "puts a handle in, reads nothing"], None, ""),
        (["the guard, the first extractor", "asks who it is, once a request:"], None, ""),
        (["1. the record", "session cookie, the store,", "session protection;", "else the remember cookie"],
         ["the store fails:", "503"], "bad"),
        (["2. the user", "user loader, auth hash, active;", "else the request loaders"],
         ["a loader fails:", "503"], "bad"),
        (["may he or she?", "logged in, fresh, role, permission"],
         ["no: refused", "303, 401 or 403"], "bad"),
        (["the other extractors", "now the body is read as well"], None, ""),
        (["the handler", "login_user is staged,", "logout_user acts at once"], None, "good"),
        (["the login layer again", "below 500: makes the login;", "cookies, Vary, no-store"], None, ""),
    ]
    sheet.text(MIDDLE, y + 12, "request", "who")
    y += 18
    for lines, aside, kind in steps:
        sheet.down(MIDDLE, y, y + 20)
        y += 20
        end = sheet.box(left, y, width, lines, kind if aside is None else "")
        if aside:
            middle = (y + end) / 2
            sheet.right(left + width, left + width + 20, middle)
            height = 16 * len(aside) + 10
            x = left + width + 20
            sheet.box(x, middle - height / 2, WIDTH - x - 2, aside, kind, None)
        y = end
    sheet.down(MIDDLE, y, y + 20)
    sheet.text(MIDDLE, y + 34, "response", "who")
    sheet.y = y + 42
    return sheet.svg()
