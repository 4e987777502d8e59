/* SPDX-License-Identifier: MIT */

/**
 * Who listens to what.
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
   * Listens, and returns how to stop that.
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
   * Stops listening.
   *
   * @param {string} name
   * @param {(payload: any) => void} listener
   */
  off(name, listener) {
    const listeners = this._listeners.get(name)
    if (listeners) listeners.delete(listener)
  }

  /**
   * Tells all who listen, also behind one that throws. What it throws surfaces afterwards, as an uncaught exception of
   * a timer: whoever broadcasts can go on, and the mini-program's `onError` hears of it.
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
