/* SPDX-License-Identifier: MIT */

/** @typedef {import('./sse-client.js').SseClient} SseClient */

/**
 * Calls two functions one after the other on the same object.
 *
 * @param {((...values: any[]) => any) | undefined} first
 * @param {((...values: any[]) => any) | undefined} second
 */
function both(first, second) {
  if (!first || !second) return first || second
  /** @this {any} @param {any[]} values */
  return function (...values) {
    first.apply(this, values)
    second.apply(this, values)
  }
}

/**
 * What a client needs to know of the object that uses it, as functions that the host calls on that object.
 *
 * @param {SseClient} client
 */
const callsOf = (client) => ({
  /** @this {any} */
  retain() {
    client.retain(this)
  },
  /** @this {any} */
  release() {
    client.release(this)
  },
  /** @this {any} */
  show() {
    client.setShown(this, true)
  },
  /** @this {any} */
  hide() {
    client.setShown(this, false)
  },
})

/**
 * A page retains the client from onLoad to onUnload.
 *
 * @param {SseClient} client
 * @param {any} page
 */
function bindPage(client, page) {
  const { retain, release, show, hide } = callsOf(client)
  return {
    ...page,
    onLoad: both(page.onLoad, retain),
    onShow: both(page.onShow, show),
    onHide: both(hide, page.onHide),
    onUnload: both(release, page.onUnload),
  }
}

/**
 * A component retains the client while it is attached, and is shown with its page.
 *
 * @param {SseClient} client
 * @param {any} component
 */
function bindComponent(client, component) {
  const { attached, detached, lifetimes = {}, pageLifetimes = {} } = component
  const { retain, release, show, hide } = callsOf(client)
  return {
    ...component,
    lifetimes: {
      ...lifetimes,
      attached: both(lifetimes.attached || attached, retain),
      detached: both(release, lifetimes.detached || detached),
    },
    pageLifetimes: {
      ...pageLifetimes,
      show: both(pageLifetimes.show, show),
      hide: both(hide, pageLifetimes.hide),
    },
  }
}

/**
 * The App retains the client for as long as the mini-program runs, and pauses it in the background.
 *
 * @param {SseClient} client
 * @param {any} app
 */
function bindApp(client, app) {
  const { retain, show, hide } = callsOf(client)
  return { ...app, onLaunch: both(app.onLaunch, retain), onShow: both(app.onShow, show), onHide: both(hide, app.onHide) }
}

/** @param {any} options @returns {'page' | 'component' | 'app'} */
function kindOf(options) {
  const has = (/** @type {string} */ name) => options[name] !== undefined
  if (['lifetimes', 'pageLifetimes', 'methods', 'properties', 'attached', 'detached', 'observers'].some(has)) return 'component'
  return ['onLaunch', 'globalData', 'onPageNotFound'].some(has) ? 'app' : 'page'
}

/**
 * The options of a page, a component or the App, with a client bound to its life: connected while it is shown, paused
 * while it is hidden, closed when the last one that shares the client is gone.
 *
 * @param {SseClient} client
 * @param {any} options
 * @param {'page' | 'component' | 'app'} [kind] What it is, where the options do not show it.
 * @returns {any}
 * @example
 * const client = new SseClient({ url, wasm: '/weir-sse-scalar.wasm' })
 * client.bus.on('message', ({ text }) => console.log(text))
 * Page(withSse(client, { data: { messages: [] } }))
 */
export function withSse(client, options, kind = kindOf(options)) {
  if (kind === 'component') return bindComponent(client, options)
  return kind === 'app' ? bindApp(client, options) : bindPage(client, options)
}
