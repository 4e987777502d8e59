/* SPDX-License-Identifier: MIT */

/*
 * Types of the host, for programs with the DOM library and without: a host's own type where the program knows it,
 * else what weir-sse needs of it.
 */

/** @typedef {{ readonly aborted: boolean, addEventListener(type: 'abort', listener: () => void, options?: any): void }} SignalLike */
/** @typedef {{ readonly type: string, [member: string]: any }} EventLike */
/** @typedef {EventLike & { readonly data: any, readonly lastEventId: string, readonly origin: string }} MessageEventLike */

/**
 * @typedef {object} ResponseLike
 * @property {number} status
 * @property {boolean} ok
 * @property {string} url
 * @property {{ get(name: string): string | null }} headers
 * @property {any} body
 */

/**
 * @typedef {object} EventTargetLike
 * @property {(type: string, listener: any, options?: any) => void} addEventListener
 * @property {(type: string, listener: any, options?: any) => void} removeEventListener
 * @property {(event: any) => boolean} dispatchEvent
 */

/** @typedef {typeof globalThis extends { AbortSignal: { prototype: infer T } } ? T : SignalLike} HostSignal */
/** @typedef {typeof globalThis extends { Event: { prototype: infer T } } ? T : EventLike} HostEvent */
/** @typedef {typeof globalThis extends { MessageEvent: { prototype: infer T } } ? T : MessageEventLike} HostMessageEvent */
/** @typedef {typeof globalThis extends { EventTarget: { prototype: infer T } } ? T : EventTargetLike} HostEventTarget */
/** @typedef {typeof globalThis extends { Response: { prototype: infer T } } ? T : ResponseLike} HostResponse */
/** @typedef {typeof globalThis extends { URL: { prototype: infer T } } ? T : { readonly href: string }} HostUrl */
/** @typedef {typeof globalThis extends { WebAssembly: { Module: { prototype: infer T } } } ? T : object} HostModule */

/** The second parameter of `fetch`. @typedef {typeof globalThis extends { fetch: (input: any, init?: infer T) => any } ? NonNullable<T> : Record<string, any>} HostRequestInit */
/** @typedef {HostRequestInit extends { headers?: infer T } ? NonNullable<T> : Record<string, string> | [string, string][]} HostHeadersInit */
/** @typedef {HostRequestInit extends { body?: infer T } ? T : any} HostBody */

export {}
