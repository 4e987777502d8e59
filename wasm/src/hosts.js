/* SPDX-License-Identifier: MIT */

/*
 * Adapters from the request APIs of mini-programs, and from fetch, to the one interface that SseClient uses.
 * Mini-programs run in several JavaScript contexts: no globalThis, and no instanceof for what the host made.
 */

/** @typedef {import('./wechat.js').Host} Host */
/** @typedef {import('./wechat.js').HostRequest} HostRequest */
/** @typedef {import('./wechat.js').HostListeners} HostListeners */

const NO_CHUNKS =
  'This host has no onChunkReceived: events arrive only when the request ends. WeChat has it since base library 2.20.2, but not in all clients for PC.'

const ignore = () => {}

/** @param {any} error */
const textOf = (error) => (error && (error.errMsg || error.message)) || String(error)

/** @returns {Host['instantiate']} */
function hostInstantiate() {
  // @ts-ignore: only mini-programs have it.
  if (typeof WXWebAssembly !== 'undefined') return WXWebAssembly.instantiate
  // @ts-ignore: only Douyin has it.
  if (typeof TTWebAssembly !== 'undefined') return TTWebAssembly.instantiate
}

/**
 * A host of the form that wx.request gave to all mini-programs.
 *
 * @param {any} api
 * @returns {Host}
 */
function requestHost(api) {
  return {
    getToken: (key) => api.getStorageSync(key),
    instantiate: hostInstantiate(),
    connect({ url, method, headers, data, timeout }, on) {
      let isOver = false
      /** @param {any} result */
      const success = (result) => {
        if (isOver) return
        isOver = true
        on.end({ status: result.statusCode, headers: result.header, body: result.data })
      }
      /** @param {any} error */
      const fail = (error) => {
        if (isOver) return
        isOver = true
        on.fail({ message: textOf(error) || 'The request failed' })
      }
      const task = api.request({
        url,
        method,
        data,
        timeout,
        header: headers,
        enableChunked: true,
        responseType: 'arraybuffer',
        success,
        fail,
        complete: ignore,
      })
      if (!task) return ignore
      // Taro returns a promise that is the task as well.
      if (typeof task.then === 'function') task.then(success, fail)
      if (task.onHeadersReceived)
        task.onHeadersReceived((/** @type {any} */ result) => on.open({ status: result.statusCode, headers: result.header }))
      if (task.onChunkReceived) task.onChunkReceived((/** @type {any} */ result) => on.chunk(result.data))
      else on.warn(NO_CHUNKS)
      return () => {
        isOver = true
        if (typeof task.abort === 'function') task.abort()
      }
    },
  }
}

/**
 * WeChat, and the mini-programs whose API has the same form.
 *
 * @param {any} wx
 * @returns {Host}
 * @example
 * const client = new SseClient({ url, wasm: '/weir-sse-scalar.wasm', host: wxHost(wx) })
 * client.bus.on('message', ({ text }) => {
 *   console.log(text)
 *   client.close()
 * })
 * client.start()
 */
export function wxHost(wx) {
  return requestHost(wx)
}

/**
 * uni-app, where it is compiled to a mini-program. Its pages for the web use `fetchHost`.
 *
 * @param {any} uni
 * @returns {Host}
 * @example
 * const uni = wx
 * const client = new SseClient({ url, wasm: '/weir-sse-scalar.wasm', host: uniHost(uni) })
 * client.bus.on('message', ({ text }) => {
 *   console.log(text)
 *   client.close()
 * })
 * client.start()
 */
export function uniHost(uni) {
  return requestHost(uni)
}

/**
 * Taro, whose request returns a promise that is the task as well.
 *
 * @param {any} Taro
 * @returns {Host}
 * @example
 * const Taro = wx
 * const client = new SseClient({ url, wasm: '/weir-sse-scalar.wasm', host: taroHost(Taro) })
 * client.bus.on('message', ({ text }) => {
 *   console.log(text)
 *   client.close()
 * })
 * client.start()
 */
export function taroHost(Taro) {
  return requestHost(Taro)
}

/** An event as createEventSource gives it. @param {any} message */
function messageOf(message) {
  const given = message && typeof message === 'object' ? message : { data: message }
  const { data, event, type, id, lastEventId } = given
  return {
    type: event || (type === 'message' ? '' : type) || 'message',
    data: typeof data === 'string' ? data : data === undefined ? '' : JSON.stringify(data),
    id: id === undefined ? lastEventId : id,
  }
}

/**
 * Douyin, by `tt.createEventSource` (base library 3.35.0), which parses the stream itself, so no module is loaded.
 *
 * @param {any} tt
 * @returns {Host}
 * @example
 * const tt = {
 *   getStorageSync: () => '',
 *   createEventSource: () => ({ onOpen() {}, onError() {}, onClose() {}, close() {}, onMessage: (listener) => setTimeout(listener, 1, { data: 'hello' }) }),
 * }
 * const client = new SseClient({ url, host: douyinHost(tt) })
 * client.bus.on('message', ({ text }) => console.log(text))
 * client.start()
 */
export function douyinHost(tt) {
  return {
    isParsing: true,
    getToken: (key) => tt.getStorageSync(key),
    connect({ url, method, headers, data, timeout }, on) {
      if (!tt.createEventSource) throw new Error('This host has no tt.createEventSource: it needs base library 3.35.0')
      const task = tt.createEventSource({ url, method, header: headers, data, timeout })
      let isOver = false
      /** @param {() => void} call */
      const finish = (call) => {
        if (isOver) return
        isOver = true
        call()
      }
      task.onOpen((/** @type {any} */ result) =>
        on.open({ status: (result && result.statusCode) || 200, headers: result && result.header }),
      )
      task.onMessage((/** @type {any} */ message) => on.message(messageOf(message)))
      task.onError((/** @type {any} */ error) => finish(() => on.fail({ message: textOf(error), status: error && error.statusCode })))
      task.onClose(() => finish(() => on.end({ status: 200 })))
      return () => {
        isOver = true
        task.close()
      }
    },
  }
}

/** @param {any} headers */
function plainHeaders(headers) {
  /** @type {Record<string, string>} */
  const plain = {}
  headers.forEach((/** @type {string} */ value, /** @type {string} */ name) => (plain[name] = value))
  return plain
}

/**
 * Pages for the web and Node, by fetch.
 *
 * @param {{fetch?: any, storage?: {getItem(key: string): string | null}}} [options]
 *   `fetch`: used instead of the host's own; `storage`: where the token is, as in `localStorage`.
 * @returns {Host}
 * @example
 * const client = new SseClient({ url, wasm: `${base}/weir-sse-scalar.wasm`, host: fetchHost() })
 * client.bus.on('message', ({ text }) => {
 *   console.log(text)
 *   client.close()
 * })
 * client.start()
 */
export function fetchHost(options = {}) {
  const { storage, fetch: load = fetch } = options
  return {
    getToken: (key) => (storage ? storage.getItem(key) : undefined),
    async instantiate(path, imports) {
      const response = await load(path)
      if (!response.ok) throw new Error(`status ${response.status} from ${path}`)
      return WebAssembly.instantiate(await response.arrayBuffer(), imports)
    },
    connect({ url, method, headers, data }, on) {
      const controller = new AbortController()
      const isText = data === undefined || typeof data === 'string'
      const run = async () => {
        const response = await load(url, {
          method,
          headers: isText ? headers : { 'Content-Type': 'application/json', ...headers },
          body: isText ? data : JSON.stringify(data),
          cache: 'no-store',
          signal: controller.signal,
        })
        const head = { status: response.status, headers: plainHeaders(response.headers) }
        on.open(head)
        const reader = response.body && response.body.getReader()
        for (let next; reader && !(next = await reader.read()).done; ) on.chunk(next.value)
        on.end(head)
      }
      run().catch((error) => controller.signal.aborted || on.fail({ message: textOf(error) }))
      return () => controller.abort()
    },
  }
}

/**
 * The host that the program runs in, or the one that is given: a `Host`, or an object such as `wx`.
 *
 * @param {any} given
 * @returns {Host}
 */
export function hostOf(given) {
  if (given) return given.connect ? given : requestHost(given)
  // @ts-ignore: only mini-programs have it. Pages with WeChat's JS-SDK have a wx without request.
  if (typeof wx !== 'undefined' && wx.request) return wxHost(wx)
  // @ts-ignore: only Douyin has it.
  if (typeof tt !== 'undefined' && tt.createEventSource) return douyinHost(tt)
  // @ts-ignore: only uni-app has it.
  if (typeof uni !== 'undefined' && uni.request) return uniHost(uni)
  if (typeof fetch === 'function') return fetchHost()
  throw new Error('No host is known here; pass one in the option host')
}
