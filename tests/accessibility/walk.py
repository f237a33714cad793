#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 Headlight authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at the window as a screen reader does: over the accessibility bus.

Usage: walk.py PROGRAM, within a D-Bus session and a display of its own; scripts/check-accessibility gives it both.
Says what is wrong, a line each, and ends with 1 if anything is.
"""

import os
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE = 60  # seconds, for a busy machine; nothing waits when all is well

# What a person can do something with must say what it is.
INTERACTIVE = {
    Atspi.Role.PUSH_BUTTON,
    Atspi.Role.TOGGLE_BUTTON,
    Atspi.Role.CHECK_BOX,
    Atspi.Role.RADIO_BUTTON,
    Atspi.Role.COMBO_BOX,
    Atspi.Role.ENTRY,
    Atspi.Role.TEXT,
    Atspi.Role.SPIN_BUTTON,
    Atspi.Role.SLIDER,
    Atspi.Role.PAGE_TAB,
    Atspi.Role.PAGE_TAB_LIST,
    Atspi.Role.TABLE,
    Atspi.Role.TREE,
    Atspi.Role.TREE_TABLE,
    Atspi.Role.LIST,
    Atspi.Role.LIST_ITEM,
    Atspi.Role.MENU_ITEM,
    Atspi.Role.CANVAS,
    Atspi.Role.IMAGE,
}

problems = []


def check(holds, words):
    if not holds:
        problems.append(words)
    return holds


def until(condition, seconds=PATIENCE):
    """Lets events arrive until condition() is true; its last value."""
    context = GLib.MainContext.default()
    end = time.monotonic() + seconds
    while True:
        while context.pending():
            context.iteration(False)
        try:
            value = condition()
        except GLib.Error:
            value = None  # what was asked has gone meanwhile
        if value or time.monotonic() > end:
            return value
        time.sleep(0.02)


def children(node, most=400):
    for i in range(min(node.get_child_count(), most)):
        child = node.get_child_at_index(i)
        if child is not None:
            yield child


def shown(node):
    return node.get_state_set().contains(Atspi.StateType.SHOWING)


def walk(node):
    """All that is shown. Cells of tables and rows of trees are many and alike: a few stand for all."""
    yield node
    many = node.get_role() in (Atspi.Role.TABLE, Atspi.Role.TREE, Atspi.Role.TREE_TABLE)
    for child in children(node, 12 if many else 400):
        if shown(child) or child.get_role() in (Atspi.Role.MENU, Atspi.Role.MENU_BAR):
            yield from walk(child)


def path(node):
    names = []
    while node is not None and node.get_role() != Atspi.Role.APPLICATION:
        names.append(node.get_name() or node.get_role_name())
        node = node.get_parent()
    return " < ".join(names)


def find(root, role, part):
    for node in walk(root):
        if node.get_role() == role and part.lower() in (node.get_name() or "").lower():
            return node
    return None


def application():
    desktop = Atspi.get_desktop(0)
    for app in children(desktop):
        if app.get_name().lower() == "headlight" and app.get_child_count() > 0:
            return app
    return None


def names(window):
    count = 0
    for node in walk(window):
        role = node.get_role()
        focusable = node.get_state_set().contains(Atspi.StateType.FOCUSABLE)
        if role in INTERACTIVE or focusable:
            count += 1
            check(node.get_name(), f"no name: {node.get_role_name()}, {path(node)}")
    return count


def figures(window):
    table = find(window, Atspi.Role.TABLE, "layer")
    if not check(table, "the step's result is no table"):
        return
    rows, columns = Atspi.Table.get_n_rows(table), Atspi.Table.get_n_columns(table)
    check(rows > 1 and columns > 1, f"expected a table of numbers, found {rows} × {columns}")
    cell = Atspi.Table.get_accessible_at(table, 1, 0)
    check(":" in cell.get_name(), f"expected a cell with its number, found “{cell.get_name()}”")
    check(Atspi.Table.get_row_description(table, 1), "rows have no names")

    # The cursor: what has the focus is spoken.
    heard = []
    listener = Atspi.EventListener.new(lambda event: heard.append((event.source.get_role(), event.source.get_name())))
    listener.register("object:state-changed:focused")
    Atspi.Component.grab_focus(table)
    until(lambda: table.get_state_set().contains(Atspi.StateType.FOCUSED), 5)
    # Home brings nothing without a cursor; a click on the first cell puts it there.
    box = Atspi.Component.get_extents(Atspi.Table.get_accessible_at(table, 0, 0), Atspi.CoordType.SCREEN)
    Atspi.generate_mouse_event(box.x + box.width // 2, box.y + box.height // 2, "b1c")
    first = Atspi.Table.get_accessible_at(table, 0, 0).get_name()
    check(until(lambda: (Atspi.Role.TABLE_CELL, first) in heard), f"the clicked cell is not spoken: “{first}”")
    heard.clear()
    Atspi.generate_keyboard_event(0xFF54, None, Atspi.KeySynthType.SYM)  # Down
    second = Atspi.Table.get_accessible_at(table, 1, 0).get_name()
    check(until(lambda: (Atspi.Role.TABLE_CELL, second) in heard),
          f"moving the cursor is not spoken: expected “{second}”, heard {heard}")
    listener.deregister("object:state-changed:focused")


def colours(window):
    slider = find(window, Atspi.Role.SLIDER, "limits of the colours")
    if not check(slider, "no colour bar"):
        return
    before = Atspi.Value.get_current_value(slider)
    least, most = Atspi.Value.get_minimum_value(slider), Atspi.Value.get_maximum_value(slider)
    check(least < most, f"the colour bar reaches from {least} to {most}")
    wanted = (least + 3 * most) / 4
    Atspi.Value.set_current_value(slider, wanted)
    now = until(lambda: abs(Atspi.Value.get_current_value(slider) - wanted) < 1e-3 * (most - least), 10)
    check(now, f"the limit stays at {before} when it is set to {wanted}")
    check(find(window, Atspi.Role.PUSH_BUTTON, "colours of this view"), "no button for colours")


def others(window):
    tokens = find(window, Atspi.Role.LIST, "positions of")
    if check(tokens, "the tokens are no list"):
        words = [child.get_name() for child in children(tokens)]
        check(len(words) > 1 and all(words), f"expected tokens with names, found {words}")
    tree = find(window, Atspi.Role.TREE, "") or find(window, Atspi.Role.TREE_TABLE, "")
    if check(tree, "no tree of stages"):
        rows = [child.get_name() for child in children(tree, 12)]
        check(any(rows), f"expected stages with names, found {rows}")
    for button in ("next step", "play", "back"):
        check(find(window, Atspi.Role.PUSH_BUTTON, button), f"no button “{button}”")
    tabs = find(window, Atspi.Role.PAGE_TAB_LIST, "")  # its name is that of the tab in front
    if check(tabs, "no list of tabs"):
        check(all(tab.get_name() for tab in children(tabs) if tab.get_role() == Atspi.Role.PAGE_TAB),
              "a tab without a name")


def main():
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", QT_QPA_PLATFORM="xcb", LC_ALL="C.UTF-8")
        settings = os.path.join(folder, "settings.ini")
        program = subprocess.Popen([sys.argv[1], "window", "stories260k", "--settings", settings], env=environment)
        try:
            app = until(application)
            if not check(app, "the program is not on the accessibility bus"):
                return
            window = until(lambda: next((c for c in children(app) if c.get_role() == Atspi.Role.FRAME), None))
            check(until(lambda: "headlight" in window.get_name().lower()), "the window has no name")
            if check(until(lambda: find(window, Atspi.Role.TABLE, "layer") or find(window, Atspi.Role.TABLE, "·")),
                     "no figure appears"):
                print(f"{names(window)} widgets and cells looked at")
                figures(window)
                colours(window)
                others(window)
        finally:
            program.terminate()
            program.wait(20)


if __name__ == "__main__":
    main()
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
