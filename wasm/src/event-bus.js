/* SPDX-License-Identifier: MIT */

/**
 * Listeners by name.
 *
 * @example
 * const bus = new EventBus()
 * const stop = bus.on('message', ({ data }) => console.log(data))
 * bus.emit('message', { data: 1 })
 * stop()
 */
export class EventBus {
  constructor() {
    /** @type {Map<string, Set<(payload: any) => void>>} */
    this._listeners = new Map()
  }

  /**
   * Adds a listener, and returns a function that removes it.
   *
   * @param {string} name
   * @param {(payload: any) => void} listener
   * @returns {() => void}
   */
  on(name, listener) {
    const listeners = this._listeners.get(name) || new Set()
    this._listeners.set(name, listeners.add(listener))
    return () => this.off(name, listener)
  }

  /**
   * Removes a listener.
   *
   * @param {string} name
   * @param {(payload: any) => void} listener
   */
  off(name, listener) {
    const listeners = this._listeners.get(name)
    if (listeners) listeners.delete(listener)
  }

  /**
   * Calls all listeners, also after one that throws. A timer rethrows its exception, so that the caller continues and
   * the mini-program's `onError` is called.
   *
   * @param {string} name
   * @param {any} payload
   */
  emit(name, payload) {
    for (const listener of [...(this._listeners.get(name) || [])]) {
      try {
        listener(payload)
      } catch (error) {
        setTimeout(() => {
          throw error
        })
      }
    }
  }
}
