"""Looks at a page as axe-core does: names, roles, contrast."""

from pathlib import Path

from playwright.async_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "console/node_modules/axe-core/axe.min.js"
RUN = """async (outside) => {
  const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
  const found = await axe.run({exclude: outside}, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})
  return found.violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) =>
    `${one.impact} ${one.id}: ${one.help}\\n` + one.nodes.slice(0, 5).map((node) => `    ${node.html.slice(0, 200)}\\n    ${(node.failureSummary || '').split('\\n').slice(1, 3).join(' ')}`).join('\\n'))
}"""


class Axe:
    """No serious and no critical violation of WCAG 2.2 A and AA."""

    def __init__(self) -> None:
        self.source = SOURCE.read_text("utf-8")

    async def __call__(self, page: Page, *, outside: tuple[str, ...] = ()) -> None:
        """Fail for what is found. `outside` are selectors of what is not ours to judge."""
        await page.evaluate(self.source)
        found: list[str] = await page.evaluate(RUN, [[selector] for selector in outside])
        assert not found, "\n".join(found)
