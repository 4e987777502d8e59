// SPDX-License-Identifier: MIT
// The event streams in a file: the file itself, or those that a browser exported as HAR.

/** The bytes of a HAR entry's body. */
function bodyOf({ text = '', encoding }) {
  if (encoding !== 'base64') return new TextEncoder().encode(text)
  return Uint8Array.from(atob(text), character => character.charCodeAt(0))
}

function isStream({ response }) {
  const types = (response?.headers ?? []).filter(({ name }) => /^content-type$/i.test(name)).map(({ value }) => value)
  return [response?.content?.mimeType, ...types].some(type => /^text\/event-stream/i.test(type ?? ''))
}

/**
 * The streams in a file, as [{ name, bytes }].
 *
 * @throws {Error} named after the sentence that explains it: noStreamInHar or notAStream.
 */
export async function streamsIn(file) {
  const bytes = new Uint8Array(await file.arrayBuffer())
  if (bytes.subarray(0, 4096).includes(0)) throw { name: 'notAStream', values: { name: file.name } }
  if (!/^[\s\ufeff]*\{/.test(new TextDecoder().decode(bytes.subarray(0, 64)))) return [{ name: file.name, bytes }]
  let entries
  try {
    entries = JSON.parse(new TextDecoder().decode(bytes)).log.entries
  } catch {
    throw { name: 'notAStream', values: { name: file.name } }
  }
  const streams = entries.filter(isStream).map(({ request, response }) => ({ name: request.url, bytes: bodyOf(response.content) }))
  if (!streams.length) throw { name: 'noStreamInHar', values: { name: file.name } }
  return streams
}
