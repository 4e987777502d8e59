// SPDX-License-Identifier: MIT
// What the request form remembers. All of it, tokens included, stays in this tab's sessionStorage. A link may fill the
// address by ?url=, and nothing else; the page itself never writes into the address bar what a person typed.
import { $ } from './dom.js'

const KEY = 'weir-request'
const FIELDS = ['method', 'url', 'headers', 'body']

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {}
  } catch {
    return {}
  }
}

/** Remembers the form as it is. The link that filled it is then history. */
export function rememberForm() {
  const values = Object.fromEntries(FIELDS.map(name => [name, $(name).value]))
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...values, reconnect: $('reconnect').checked }))
  } catch {
    // Without storage the form is empty after a reload.
  }
  if (location.search) history.replaceState(null, '', location.pathname + location.hash)
}

/** Fills the form from the link that led here, or from before the reload. Returns whether there was an address. */
export function restoreForm() {
  const { reconnect = true, ...values } = stored()
  for (const name of FIELDS) if (values[name]) $(name).value = values[name]
  $('reconnect').checked = reconnect
  const linked = new URLSearchParams(location.search).get('url')
  if (linked) {
    // A link must not send headers that were typed for another server.
    for (const name of FIELDS) $(name).value = name === 'method' ? 'GET' : ''
    $('url').value = linked
  }
  return Boolean(linked || values.url)
}

/** A link to this page with an address, if any, without user name, password and everything else that was typed. */
export function linkTo(address) {
  const link = new URL(location.pathname, location.href)
  if (address) {
    const target = new URL(address)
    target.username = target.password = ''
    link.searchParams.set('url', target.href)
  }
  return `${link.href}#/live`
}
