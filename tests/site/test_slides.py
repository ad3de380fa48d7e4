"""The slides in a browser: whole, quiet, and asking no other host."""

import sys
from pathlib import Path

import pytest

from tests.browser.driver import OUTSIDE

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(p.stem for p in (ROOT / "notebooks").glob("*.ipynb"))
# Shows a slide with all its fragments.
TURN = """i => {
  const {h, v} = Reveal.getIndices(Reveal.getSlides()[i]);
  Reveal.slide(h, v ?? 0, 99);
}"""
# How far the visible parts of the slide on screen reach, and what it says.
REACH = """() => {
  const slide = Reveal.getCurrentSlide();
  const shown = [...slide.querySelectorAll('*')].filter(
      node => !node.closest('aside') && node.getClientRects().length);
  const boxes = shown.map(node => node.getBoundingClientRect());
  return [Math.max(0, ...boxes.map(box => box.bottom)), Math.max(0, ...boxes.map(box => box.right)),
          slide.innerText.trim(), slide.querySelectorAll('img').length];
}"""


@pytest.fixture(scope="module")
def slides(tmp_path_factory):
    sys.path.insert(0, str(ROOT / "tools"))
    import slide_pages

    folder = tmp_path_factory.mktemp("slides")
    slide_pages.write(folder, [ROOT / "notebooks" / f"{name}.ipynb" for name in LESSONS])
    return folder


@pytest.mark.parametrize("name", LESSONS)
def test_every_slide_is_whole(slides, browser, name):
    page, problems = browser.new_page(), []
    page.set_viewport_size({"width": 1280, "height": 720})
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: message.type in ("error", "warning") and problems.append(message.text),
    )
    page.route(OUTSIDE, lambda route: route.continue_() if route.request.url.startswith("file:")
               else (problems.append(route.request.url), route.abort()))
    page.goto((slides / f"{name}.html").as_uri())
    page.wait_for_function("() => window.Reveal && Reveal.isReady()")
    for i in range(page.evaluate("() => Reveal.getTotalSlides()")):
        page.evaluate(TURN, i)
        bottom, right, text, pictures = page.evaluate(REACH)
        if bottom > 721 or right > 1281:
            problems.append(f"slide {i} reaches to {right:.0f}, {bottom:.0f}: {text[:60]!r}")
        if not text and not pictures:
            problems.append(f"slide {i} is empty")
    page.close()
    assert problems == []
