// Cards that are dragged from column to column. A drop does what the card's menu
// does: it sends the same form, or opens the same link where the new column needs
// to know something first. What has no way there cannot be dropped there.
let board;
let card;
let over;

const wayTo = (column) => card?.querySelector(`[data-to="${CSS.escape(column.dataset.column)}"]`)?.querySelector("form, a");
const show = (column) => {
  if (over === column) return;
  delete over?.dataset.over;
  if (column) column.dataset.over = board.dataset.drop;
  over = column;
};
const target = (event) => {
  const column = card && event.target.closest?.("[data-column]");
  return column && board.contains(column) && wayTo(column) ? column : undefined;
};
const end = () => {
  show();
  delete card?.dataset.dragging;
  delete board?.dataset.carrying;
  for (const column of board?.querySelectorAll("[data-column]") ?? []) delete column.dataset.shut;
  card = board = undefined;
};

// A search draws the board anew, so what is dragged is heard of by the document.
const mark = () => {
  for (const one of document.querySelectorAll("[data-board] [data-card]")) one.draggable = true;
};
mark();
document.addEventListener("pointerdown", mark);

document.addEventListener("dragstart", (event) => {
  card = event.target.closest?.("[data-board] [data-card]");
  if (!card) return;
  board = card.closest("[data-board]");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.querySelector("h3").textContent);
  // After the browser took the picture of the card that it carries.
  setTimeout(() => {
    if (!card) return;
    card.dataset.dragging = "";
    board.dataset.carrying = "";
    for (const column of board.querySelectorAll("[data-column]")) if (!wayTo(column) && !column.contains(card)) column.dataset.shut = "";
  });
});
for (const type of ["dragenter", "dragover"]) {
  document.addEventListener(type, (event) => {
    if (!card) return;
    const column = target(event);
    show(column);
    if (!column) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
  });
}
document.addEventListener("drop", (event) => {
  const column = target(event);
  if (!column) return;
  event.preventDefault();
  const way = wayTo(column);
  if (way.matches("form")) {
    column.querySelector("ul")?.append(card);
    way.requestSubmit();
  } else way.click();
  end();
});
document.addEventListener("dragend", end);

// A link in a menu that opens a dialog leaves the menu behind.
document.addEventListener("click", (event) => event.target.closest?.("[popover] a")?.closest("[popover]").hidePopover());
