"""How a template comes to know who is asking."""

from sheet import WIDTH, Sheet

LABEL = (
    "Rendering a template. The extractor Templates finds the user, whose fields are what serde serialises, without "
    "the password hash, and the messages that wait. The handler adds a context of its own. MiniJinja renders the page "
    "with current_user and get_flashed_messages, and messages that were shown are gone."
)


def draw():
    sheet = Sheet("picture-template", LABEL)
    half, right = 168, 184
    y = sheet.box(96, 4, 168, ["Templates<User>", "an extractor"])
    for x in (8 + half / 2, right + half / 2):
        sheet.down(x, y, y + 20)
    y += 20
    end = sheet.box(8, y, half, ["who is asking", "record, then user loader"])
    sheet.box(right, y, half, ["which messages wait", "from the signed cookie"])
    y = end
    for x in (8 + half / 2, right + half / 2):
        sheet.down(x, y, y + 20)
    y += 20
    end = sheet.box(8, y, half, ["current_user", "its fields, by serde:", "skip the password hash"], "good")
    sheet.box(right, y, half, ["get_flashed_messages", "read when asked for,", "shown once"], "good")
    y = end
    for x in (8 + half / 2, right + half / 2):
        sheet.down(x, y, y + 20)
    y += 20
    y = sheet.box(8, y, WIDTH - 16, ["MiniJinja", "{% if current_user.is_authenticated %}", "Hi {{ current_user.name }}!", "and the context of the handler: title, rows, …"])
    sheet.down(WIDTH / 2, y, y + 20)
    y = sheet.box(8, y + 20, WIDTH - 16, ["the page", "every value escaped;", "no-store where somebody is logged in"])
    sheet.y = y + 6
    return sheet.svg()
