/* SPDX-License-Identifier: MIT */
export { EventBus } from './event-bus.js'
export { douyinHost, fetchHost, taroHost, uniHost, wxHost } from './hosts.js'
export { SseClient } from './sse-client.js'
export { SseError } from './exchange.js'
export { withSse } from './with-sse.js'
