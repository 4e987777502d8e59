// SPDX-License-Identifier: MIT
// Bundles the page: node build.mjs SOURCE PACKAGE NODE_MODULES TARGET [ADDRESS]
// ADDRESS is the project's on a forge, if it has one.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const [source, weirSse, modules, target] = process.argv.slice(2, 6).map(path => resolve(path))
const address = process.argv[6]
if (!existsSync(join(modules, 'esbuild'))) {
  console.log('The demo page is not put together: the npm packages of the tests are not installed (./dev build does that)')
  process.exit(0)
}
const { build } = createRequire(join(modules, 'anchor.js'))('esbuild')
const { exports } = JSON.parse(readFileSync(join(weirSse, 'package.json')))
const find = value => (typeof value === 'string' ? value : find(value.browser ?? value.import ?? value.default))
const fileOf = entry => join(weirSse, find(exports[entry]))

mkdirSync(target, { recursive: true })
await build({
  absWorkingDir: source,
  entryPoints: ['main.js', 'live-worker.js'],
  alias: { 'weir-sse/answer': fileOf('./answer'), 'weir-sse': fileOf('.') },
  nodePaths: [modules],
  outdir: target,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022'],
  legalComments: 'linked',
  logLevel: 'warning',
})
cpSync(join(source, 'icon.svg'), join(target, 'icon.svg'))
const lines = readFileSync(join(source, 'index.html'), 'utf8').split('\n')
// Without an address there are no links to it.
const page = lines.filter(line => address || !line.includes('ADDRESS')).join('\n').replaceAll('ADDRESS', address)
writeFileSync(join(target, 'index.html'), page)
