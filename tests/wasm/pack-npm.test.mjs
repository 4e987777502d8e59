/* SPDX-License-Identifier: MIT */
/* 构建 npm, as WeChat's developer tools do it, on the sample with the package installed. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { root } from './weir-sse.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

/** Installs the tools next to the build, which keeps them for the next run. */
function tools() {
  const folder = join(root, '../miniprogram-ci')
  const lock = readFileSync(here('../miniprogram/package-lock.json'))
  const stamp = join(folder, 'installed')
  if (!existsSync(stamp) || !readFileSync(stamp).equals(lock)) {
    mkdirSync(folder, { recursive: true })
    for (const name of ['package.json', 'package-lock.json']) cpSync(here(`../miniprogram/${name}`), join(folder, name))
    execFileSync('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder })
    writeFileSync(stamp, lock)
  }
  return createRequire(join(folder, 'package.json'))('miniprogram-ci')
}

test('构建 npm takes the package', { timeout: 900000 }, async (t) => {
  const ci = tools()
  const folder = mkdtempSync(join(tmpdir(), 'weir-pack-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const project = join(folder, 'sample')
  cpSync(here('../../wasm/wechat-sample'), project, { recursive: true })
  cpSync(root, join(project, 'node_modules/weir-sse'), { recursive: true })
  writeFileSync(join(project, 'package.json'), '{"dependencies":{"weir-sse":"0.1.0"}}')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = join(folder, 'key.pem')
  writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }))

  const options = { appid: 'wx1111111111111111', type: 'miniProgram', projectPath: project, privateKeyPath: key, ignores: [] }
  const warnings = await ci.packNpm(new ci.Project(options), { reporter: () => {} })
  assert.deepEqual(warnings, [])
  const packed = join(project, 'miniprogram_npm/weir-sse')
  assert.deepEqual(readdirSync(packed).sort(), readdirSync(join(root, 'miniprogram_dist')).sort())
  for (const name of readdirSync(packed)) assert.ok(readFileSync(join(packed, name)).equals(readFileSync(join(root, 'miniprogram_dist', name))), name)
})
