// SPDX-License-Identifier: MIT

/** The element with that id. */
export const $ = id => document.getElementById(id)

/** A new element. Children that are strings become text, never markup. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(properties))
    if (key.includes('-') || key === 'role') element.setAttribute(key, value)
    else element[key] = value
  element.append(...children)
  return element
}

/** Fills a select with [value, text] pairs and keeps what was chosen where it is still there. */
export function fillSelect(select, options) {
  const chosen = select.value
  select.replaceChildren(...options.map(([value, text]) => make('option', { value, textContent: text })))
  if (options.some(([value]) => value === chosen)) select.value = chosen
}
