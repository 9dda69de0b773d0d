"""What git leaves out of a working tree: the `.gitignore` files from the top of the repository down to each folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pathspec import PathSpec

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 1 << 20


class Rules:
    """The rules that hold below one directory; folders are entered from the top down."""

    def __init__(self, directory: Path) -> None:
        self._specs: dict[Path, PathSpec[Any]] = {}
        top = directory.absolute()
        repository = next((folder for folder in (top, *top.parents) if (folder / ".git").exists()), top)
        for folder in (*reversed(top.parents), top):
            if folder.is_relative_to(repository):
                self.enter(folder)

    def enter(self, folder: Path) -> None:
        """Read the rules of a folder, if it has any; a file that cannot be read has none."""
        path = folder.absolute()
        try:
            with (path / ".gitignore").open("rb") as file:
                text = file.read(LARGEST).decode("utf-8", "replace")
        except OSError:
            return
        # Not GitIgnoreSpec, which looks at whole paths at once: here folders are entered one by one, so that the last
        # rule that fits a name decides, as in git.
        self._specs[path] = PathSpec.from_lines("gitignore", text.splitlines())

    def leaves_out(self, path: Path, *, directory: bool = False) -> bool:
        """Whether a path below the folders that were entered is ignored; the nearest rules count, and the last of them."""
        whole = path.absolute()
        for folder in whole.parents:
            if folder in self._specs:
                relative = whole.relative_to(folder).as_posix() + ("/" if directory else "")
                answer = self._specs[folder].check_file(relative).include
                if answer is not None:
                    return answer
        return False
