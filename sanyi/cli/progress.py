"""A progress bar for anything that may take more than two seconds."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Report = Callable[[float, str], None]


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Show a bar on the terminal (a line at the end elsewhere) and give the function that moves it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), TextColumn("{task.percentage:>3.0f}%"),
               TimeElapsedColumn(), TextColumn("{task.fields[text]}", style="dim"))
    with Progress(*columns, console=console, transient=False) as bar:
        task = bar.add_task(title, total=1.0, text="")

        def report(done: float, text: str = "") -> None:
            bar.update(task, completed=done, text=text)

        yield report
        bar.update(task, completed=1.0, text="")
