// Buttons that put marks around what is chosen in a text of Markdown, or before
// its line. Where there is no script there are no such buttons.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-marks] button");
  const area = button && document.getElementById(button.parentElement.dataset.marks);
  if (!area) return;
  const { before, after } = button.dataset;
  let { selectionStart: from, selectionEnd: to, value } = area;
  if (!after) from = value.lastIndexOf("\n", from - 1) + 1;
  area.focus();
  area.setRangeText(before + value.slice(from, to) + after, from, to, "end");
  if (after) area.setSelectionRange(from + before.length, to + before.length);
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
});
