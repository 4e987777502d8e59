// SPDX-License-Identifier: MIT
// The answer of a language model, put together from the events of OpenAI, Anthropic, Gemini and compatible services.

/** The value of JSON text, or nothing. */
function parse(text) {
  try {
    const value = JSON.parse(text)
    return value && typeof value === 'object' ? value : undefined
  } catch {
    return undefined
  }
}

/** The text of a delta's content: a string, or parts of which some are thinking. */
function addContent(answer, content) {
  if (typeof content === 'string') answer.text += content
  else if (Array.isArray(content))
    for (const part of content)
      if (part.type === 'thinking') addThinking(answer, part.thinking)
      else if (typeof part.text === 'string') answer.text += part.text
}

function addThinking(answer, thinking) {
  if (typeof thinking === 'string') answer.thinking += thinking
  else if (Array.isArray(thinking)) for (const part of thinking) answer.thinking += part.text ?? ''
}

/** The call under a key; a name or arguments for it. */
function addCall(answer, key, name, text) {
  const call = answer.calls.get(key) ?? { name: '', text: '' }
  call.name ||= name ?? ''
  call.text += text ?? ''
  answer.calls.set(key, call)
}

function takeChoice(answer, { index = 0, delta = {}, text, finish_reason: reason }) {
  if (index > 0) return
  addContent(answer, delta.content ?? text)
  addThinking(answer, delta.reasoning_content ?? delta.reasoning)
  if (delta.refusal) answer.text += delta.refusal
  for (const { index: at, id, function: call } of delta.tool_calls ?? []) addCall(answer, at ?? id, call?.name, call?.arguments)
  if (reason) answer.finish = reason
}

const anthropic = {
  message_start() {},
  content_block_start(answer, { index, content_block: block = {} }) {
    if (block.type === 'tool_use') addCall(answer, index, block.name)
    if (block.text) answer.text += block.text
  },
  content_block_delta(answer, { index, delta = {} }) {
    answer.text += delta.text ?? ''
    answer.thinking += delta.thinking ?? ''
    if (delta.partial_json !== undefined) addCall(answer, index, '', delta.partial_json)
  },
  message_delta(answer, { delta = {} }) {
    if (delta.stop_reason) answer.finish = delta.stop_reason
  },
  message_stop(answer) {
    answer.finish ||= 'message_stop'
  },
}

const responses = {
  'response.created'() {},
  'response.output_text.delta': (answer, { delta }) => (answer.text += delta),
  'response.refusal.delta': (answer, { delta }) => (answer.text += delta),
  'response.reasoning_text.delta': (answer, { delta }) => (answer.thinking += delta),
  'response.reasoning_summary_text.delta': (answer, { delta }) => (answer.thinking += delta),
  'response.output_item.added'(answer, { item = {} }) {
    if (item.type === 'function_call') addCall(answer, item.id, item.name)
  },
  'response.function_call_arguments.delta': (answer, { item_id: key, delta }) => addCall(answer, key, '', delta),
  'response.completed': answer => (answer.finish = 'completed'),
  'response.incomplete': (answer, { response = {} }) => (answer.finish = response.incomplete_details?.reason ?? 'incomplete'),
  'response.failed': (answer, { response = {} }) => (answer.error = response.error?.message ?? 'failed'),
}

function takeGemini(answer, { candidates = [], promptFeedback }) {
  const [{ content, finishReason } = {}] = candidates
  for (const part of content?.parts ?? []) {
    if (part.thought) answer.thinking += part.text ?? ''
    else answer.text += part.text ?? ''
    if (part.functionCall) addCall(answer, answer.calls.size, part.functionCall.name, JSON.stringify(part.functionCall.args ?? {}))
  }
  if (finishReason) answer.finish = finishReason
  if (promptFeedback?.blockReason) answer.error = promptFeedback.blockReason
}

/** Takes an event's JSON. Returns whether it belongs to an answer. */
function takeJson(answer, value) {
  const { type, choices, candidates, promptFeedback, error } = value
  const known = anthropic[type] ?? responses[type]
  if (known) known(answer, value)
  else if (Array.isArray(choices)) choices.forEach(choice => takeChoice(answer, choice))
  else if (Array.isArray(candidates) || promptFeedback) takeGemini(answer, value)
  else if (answer.isFound && (error || type === 'error')) answer.error = error?.message ?? value.message ?? String(error)
  else return false
  return true
}

export class ModelAnswer {
  constructor() {
    this.begin()
  }

  /** A connection begins. */
  begin() {
    this.isFound = false
    this.text = this.thinking = this.finish = this.error = ''
    this.calls = new Map()
    this.isCutOff = false
  }

  take({ data }) {
    if (this.isFound && data === '[DONE]') this.finish ||= '[DONE]'
    if (!data.startsWith('{')) return
    const value = parse(data)
    if (!value) return
    // A stream may hold several answers, one after the other.
    const next = this.finish || this.error ? new ModelAnswer() : this
    if (!takeJson(next, value)) return
    next.isFound = true
    if (next !== this && (next.text || next.thinking || next.calls.size)) Object.assign(this, next)
  }

  /** A connection ended. */
  end() {
    this.isCutOff = this.isFound && !this.finish && !this.error
  }

  summary() {
    if (!this.isFound) return undefined
    const { text, thinking, finish, error, isCutOff } = this
    return { text, thinking, finish, error, isCutOff, calls: [...this.calls.values()] }
  }
}
