// A list to put in order by its grips. What is dropped somewhere else sends
// its own form, which says before which item it now stands. It floats by an
// animation, as the policy allows no style attribute.
const edge = 56;

const begin = (grip, { pointerId, clientY }) => {
  const item = grip.closest("li");
  const list = item.parentElement;
  const rest = [...list.children];
  const middles = rest.map((li) => {
    const box = li.getBoundingClientRect();
    return box.top + box.height / 2 + scrollY;
  });
  const from = clientY + scrollY;
  const float = item.animate([{}, {}], 1);
  let y = clientY;
  let next = item;
  let marked;
  float.pause();

  const follow = () => {
    const shift = { transform: `translateY(${y + scrollY - from}px)` };
    float.effect.setKeyframes([shift, shift]);
    const at = middles.findIndex((middle) => middle > y + scrollY);
    next = at < 0 ? null : rest[at];
    const stays = next === item || next === item.nextElementSibling;
    const mark = stays ? undefined : (next ?? list.lastElementChild);
    if (marked !== mark) delete marked?.dataset.line;
    if (mark) mark.dataset.line = next ? "before" : "after";
    marked = mark;
  };
  const scroll = () => {
    const by = Math.min(0, y - edge) + Math.max(0, y - innerHeight + edge);
    if (by) {
      scrollBy({ top: by / 3, behavior: "instant" });
      follow();
    }
    frame = requestAnimationFrame(scroll);
  };
  let frame = requestAnimationFrame(scroll);

  const over = new AbortController();
  const on = (target, type, act) => target.addEventListener(type, act, { signal: over.signal, capture: true });
  const end = () => {
    over.abort();
    cancelAnimationFrame(frame);
    float.cancel();
    delete marked?.dataset.line;
    delete item.dataset.dragging;
    delete list.dataset.sorting;
  };
  on(grip, "pointermove", (event) => {
    y = event.clientY;
    follow();
  });
  on(grip, "pointerup", () => {
    end();
    if (!marked) return;
    const form = item.querySelector("[data-move]");
    form.elements.before.value = next?.dataset.id ?? "";
    list.insertBefore(item, next);
    form.requestSubmit();
  });
  on(grip, "lostpointercapture", end);
  on(document, "keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end();
  });
  grip.setPointerCapture(pointerId);
  item.dataset.dragging = "";
  list.dataset.sorting = "";
};

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || event.button !== 0 || !event.isPrimary) return;
  event.preventDefault();
  begin(grip, event);
});
