/* SPDX-License-Identifier: MIT */

const COMMANDS = {
  start: '会议开始',
  mute: '全员静音',
  unmute: '解除静音',
  'share-screen': '共享屏幕',
  'next-agenda-item': '下一项议程',
  vote: '开始投票',
  record: '开始录制',
  extend: '会议延长',
  end: '会议结束',
}

const LEVELS = { info: '提示', warning: '警告', critical: '严重' }

/** 服务器给出的时间，精确到秒；没有就留空。 */
function clockOf(time) {
  const [, clock = ''] = /T(\d\d:\d\d:\d\d)/.exec(String(time)) || []
  return clock
}

/**
 * 把一条消息变成列表里的一行。id 是 wx:key：同一个任务的进度共用一行，其余每条各占一行。
 *
 * @param {{type: string, data: any, text: string}} message
 * @param {number} number 第几条消息
 */
function describe({ type, data, text }, number) {
  const row = { id: `message-${number}`, label: type, title: text, note: '', clock: '', percent: -1 }
  if (!data || typeof data !== 'object') return row
  row.clock = clockOf(data.time)
  if (type === 'notice') return { ...row, label: '通知', title: data.zh || text, note: data.from || '' }
  if (type === 'alarm') return { ...row, label: '告警', title: data.zh || text, note: LEVELS[data.level] || '' }
  if (type === 'meeting-command')
    return { ...row, label: '会议指令', title: COMMANDS[data.command] || data.command, note: data.by || '' }
  if (type === 'task-progress')
    return { ...row, id: `task-${data.taskId}`, label: '任务进度', title: data.name, percent: data.percent }
  return row
}

module.exports = { describe }
