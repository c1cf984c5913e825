/** Building and updating elements. Text goes in as text, never as markup. */

/** An element with properties (`class`, `on…` listeners, `data-*`, ARIA) and children. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in PROPERTIES) element[PROPERTIES[name]] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const PROPERTIES = { class: "className", text: "textContent", value: "value", checked: "checked" };

/** The element with `id`; a missing one is a mistake in the page. */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element #${id}`);
  return element;
}

/** Set text only when it differs, so that nothing is laid out twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Set or remove an attribute only when it differs. */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, String(value));
  }
}

/**
 * Make `container` show `items` in order, keeping the elements of items that stay.
 * `create(item)` makes an element, `update(element, item, index)` brings it up to date.
 */
export function showList(container, items, keyOf, create, update) {
  const elements = (container.keyedElements ??= new Map());
  const wanted = new Set();
  let previous = null;
  items.forEach((item, index) => {
    const key = keyOf(item);
    wanted.add(key);
    let element = elements.get(key);
    if (!element) {
      element = create(item);
      elements.set(key, element);
    }
    update(element, item, index);
    const place = previous ? previous.nextSibling : container.firstChild;
    if (element !== place) container.insertBefore(element, place);
    previous = element;
  });
  for (const [key, element] of elements) {
    if (!wanted.has(key)) {
      element.remove();
      elements.delete(key);
    }
  }
}

/** The JSON that the template left in `<script type="application/json" id=…>`. */
export function pageData(id = "page-data") {
  return JSON.parse(byId(id).textContent);
}

/** Arrow keys, Home and End move one tab stop through the `selector` elements of a list. */
export function rovingFocus(container, selector, { onMove = null, horizontal = false } = {}) {
  const forward = horizontal ? "ArrowRight" : "ArrowDown";
  const backward = horizontal ? "ArrowLeft" : "ArrowUp";
  container.addEventListener("keydown", (event) => {
    const elements = [...container.querySelectorAll(selector)];
    const at = elements.indexOf(event.target.closest(selector));
    if (at < 0 || event.target.matches("input, select, textarea")) return;
    const to = { [forward]: at + 1, [backward]: at - 1, Home: 0, End: elements.length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const target = elements[Math.max(0, Math.min(elements.length - 1, to))];
    target.focus();
    onMove?.(target);
  });
  container.addEventListener("focusin", (event) => {
    const target = event.target.closest(selector);
    if (target) makeOnlyTabStop(container, selector, target);
  });
}

/** Exactly one element of a list can be reached with the Tab key. */
export function makeOnlyTabStop(container, selector, target = null) {
  const elements = [...container.querySelectorAll(selector)];
  const stop = target ?? elements.find((element) => element.tabIndex === 0) ?? elements[0];
  for (const element of elements) {
    const index = element === stop ? 0 : -1;
    if (element.tabIndex !== index) element.tabIndex = index;
  }
}
