// SPDX-License-Identifier: MIT
// The page: its three sections, its language and its colours.
import './style.css'
import 'uplot/dist/uPlot.min.css'
import { $ } from './dom.js'
import { startLive } from './live.js'
import { startPlayground } from './playground.js'
import { startRace } from './race.js'
import { getLanguage, speak } from './strings.js'

const SECTIONS = ['live', 'playground', 'race']

/** Private windows and static files may have no storage. */
const remembered = {
  get(key) {
    try { return localStorage.getItem(`weir-${key}`) } catch { return null }
  },
  set(key, value) {
    try { localStorage.setItem(`weir-${key}`, value) } catch { /* forgotten with the page */ }
  },
}

function show(name) {
  for (const section of SECTIONS) {
    const tab = $(`tab-${section}`)
    $(section).hidden = section !== name
    tab.setAttribute('aria-selected', section === name)
    tab.tabIndex = section === name ? 0 : -1
  }
  dispatchEvent(new CustomEvent('weir-show', { detail: name }))
}

/** The section that the address names, or nothing. */
const sectionOf = hash => SECTIONS.find(name => hash === `#/${name}`)

function startTabs() {
  const go = name => {
    show(name)
    location.hash = `#/${name}`
  }
  for (const name of SECTIONS) $(`tab-${name}`).onclick = () => go(name)
  document.querySelector('[role=tablist]').onkeydown = event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const now = SECTIONS.findIndex(name => $(`tab-${name}`) === document.activeElement)
    if (!step || now < 0) return
    const next = SECTIONS[(now + step + SECTIONS.length) % SECTIONS.length]
    go(next)
    $(`tab-${next}`).focus()
  }
  // Back, forward, links and typed addresses.
  addEventListener('hashchange', () => {
    const name = sectionOf(location.hash)
    if (name && $(name).hidden) show(name)
  })
  show(sectionOf(location.hash) ?? 'live')
}

function paint(theme) {
  document.documentElement.dataset.theme = theme
  $('theme').setAttribute('aria-pressed', theme === 'dark')
  dispatchEvent(new Event('weir-paint'))
}

function startSettings() {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const theme = () => remembered.get('theme') ?? (dark.matches ? 'dark' : 'light')
  dark.onchange = () => paint(theme())
  $('theme').onclick = () => {
    remembered.set('theme', theme() === 'dark' ? 'light' : 'dark')
    paint(theme())
  }
  const say = language => {
    speak(language)
    $('language').textContent = language === 'zh' ? 'English' : '中文'
    dispatchEvent(new Event('weir-speak'))
  }
  $('language').onclick = () => {
    const next = getLanguage() === 'zh' ? 'en' : 'zh'
    remembered.set('language', next)
    say(next)
  }
  paint(theme())
  say(remembered.get('language') ?? (/^zh/i.test(navigator.language) ? 'zh' : 'en'))
}

startLive()
startPlayground()
startRace()
startSettings()
startTabs()
document.body.dataset.ready = 'yes'
