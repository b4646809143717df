"""Several servers, one key and one store."""

from sheet import WIDTH, Sheet

LABEL = (
    "A fleet. A browser's requests go to any of three servers, which have the same secret key and nothing else of their "
    "own. Logins are records in one store, users in the application's database. A logout on one server deletes the record, "
    "and the next request on any other finds none."
)


def draw():
    sheet = Sheet("picture-fleet", LABEL)
    width, gap = 108, 10
    lefts = [8 + number * (width + gap) for number in range(3)]
    y = sheet.box(76, 4, 208, ["a browser", "session and remember cookie"])
    y += 4
    sheet.text(WIDTH / 2, y + 14, "any server will do")
    for left in lefts:
        sheet.down(left + width / 2, y + 20, y + 40)
    y += 40
    for name, left in zip("ABC", lefts):
        end = sheet.box(left, y, width, [f"server {name}", "the same key"])
    y = end
    half = (WIDTH - 26) / 2
    for left in (8, 18 + half):
        sheet.down(left + half / 2, y, y + 20)
    y += 20
    end = sheet.box(8, y, half, ["one store of logins", "PostgreSQL, MySQL,", "Redis"], "good")
    sheet.box(18 + half, y, half, ["your users", "in your own database,", "by your loaders"])
    y = end + 24
    sheet.text(8, y, "A logout on A", "title")
    y += 8
    y = sheet.box(8, y, WIDTH - 16, ["A deletes the record, then answers"])
    sheet.down(WIDTH / 2, y, y + 18)
    y = sheet.box(8, y + 18, WIDTH - 16, ["the same cookie comes to B"])
    sheet.down(WIDTH / 2, y, y + 18)
    y = sheet.box(8, y + 18, WIDTH - 16, ["B asks the store: no record, nobody", "stores are asked where they write, never a replica"], "bad")
    sheet.y = y + 6
    return sheet.svg()
