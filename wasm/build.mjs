/* SPDX-License-Identifier: MIT */
/*
 * Puts the npm package together: node build.mjs SCALAR.wasm SIMD.wasm ANSWER.wasm OUT WASM2JS [ADDRESS]
 * ADDRESS is the project's on a forge, if it has one.
 * It needs the npm packages of the tests, and does nothing without them.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const tests = join(here, '../tests')
const [scalar, simd, answer, out] = process.argv.slice(2, 6).map((path) => resolve(path))
const [wasm2js, address] = process.argv.slice(6)
const dist = join(out, 'dist')
const ENTRIES = ['index', 'lean', 'js', 'wasm', 'stream', 'answer', 'eventsource', 'wechat'].filter((name) =>
  existsSync(join(here, 'src', `${name}.js`)),
)

if (!existsSync(join(tests, 'node_modules/esbuild'))) {
  console.log('weir-sse is not put together: the npm packages of the tests are not installed (./dev build does that)')
  process.exit(0)
}
const require = createRequire(join(tests, 'package.json'))
const esbuild = require('esbuild')
const ts = require('typescript')

/** Members that only the parser's own classes have: their names can be short. */
const INTERNAL =
  /^(engine|guest|spare|rows|main|extra|larges|half|later|tail|top|enter|leave|home|keep|i32|u8|texts|calls|failure|isJavaScript|waiting|place|hand|tell|whole|limit|first|last|piece(At)?|slab(End)?|larges(At)?|(names|ranges|extra|cut)At|lastBatch|handOut|handEager|handLazy|eventOf|takeHalf|takeOne|one(Lazy|Eager)|keep(Piece|Own|Extra|Cut)|said|settle|deliver|separate|another|renew|is(Told|Plain|Copying|Limited|InLine|Stale|Large|Busy|Stopped))$/

/** The printable characters that need no escape in any kind of string, and three that say more. */
const DIGITS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter((digit) => !/["'`\\$|}~]/.test(digit))

/**
 * The modules as text that compresses as well as their bytes do: a character for each of the most frequent
 * bytes, which `frequent` lists, and two for the others. In base64 gzip finds no repetition.
 */
function textsOf(modules) {
  const counts = new Array(256).fill(0)
  for (const module of modules) for (const byte of module) counts[byte]++
  const all = counts.map((_, byte) => byte).sort((a, b) => counts[b] - counts[a] || a - b)
  const frequent = all.slice(0, DIGITS.length).sort((a, b) => a - b)
  const order = [...frequent, ...all.slice(DIGITS.length).sort((a, b) => a - b)]
  const codes = order.reduce((codes, byte, i) => {
    const page = Math.floor(i / DIGITS.length)
    codes[byte] = (page ? '|}~'[page - 1] : '') + DIGITS[i % DIGITS.length]
    return codes
  }, [])
  return { frequent, digits: DIGITS.join(''), texts: modules.map((module) => Array.from(module, (byte) => codes[byte]).join('')) }
}

/** A module as JavaScript that makes any number of instances. */
function asJavaScript(module) {
  const options = ['-Oz', '--enable-bulk-memory', '--enable-sign-ext']
  const text = execFileSync(wasm2js, [...options, module, '-o', '-'], { encoding: 'utf8', maxBuffer: 1 << 24 })
  const end = text.indexOf('var retasmFunc')
  if (end < 0) throw new Error('wasm2js writes another kind of module than build.mjs knows')
  return `export function instantiate() {\n${text.slice(0, end)}\nreturn Object.assign(asmFunc({ abort() { throw new Error('abort') } }), { isJavaScript: true })\n}`
}

/**
 * Entries find each other by name in dist; the modules' bytes come from the build. parser is the entry that
 * stands for the main one.
 */
function plugin(extension, parser) {
  return {
    name: 'weir-sse',
    setup(build) {
      build.onResolve({ filter: /^\.\// }, ({ path, kind }) => {
        const name = path.slice(2).replace(/\.js$/, '')
        if (kind === 'entry-point' || !ENTRIES.includes(name)) return
        const target = name === 'index' ? parser : name === 'stream' && parser !== 'index' ? `stream-${parser}` : name
        return { path: `./${target}${extension}`, external: true }
      })
      build.onResolve({ filter: /^weir-sse-javascript$/ }, ({ path }) => ({ path, namespace: 'javascript' }))
      if (parser === 'js') build.onResolve({ filter: /^\.\/answer-module\.js$/ }, () => ({ path: 'answer', namespace: 'javascript' }))
      build.onLoad({ filter: /./, namespace: 'javascript' }, ({ path }) => ({ contents: asJavaScript(path === 'answer' ? answer : scalar) }))
      build.onResolve({ filter: /^weir-sse-(modules|answer-text)$/ }, ({ path }) => ({ path, namespace: 'modules' }))
      build.onLoad({ filter: /./, namespace: 'modules' }, ({ path }) => {
        const modules = path === 'weir-sse-modules' ? { simd, scalar } : { text: answer }
        const { frequent, digits, texts } = textsOf(Object.values(modules).map((path) => readFileSync(path)))
        const contents = { frequent, digits, ...Object.fromEntries(Object.keys(modules).map((name, i) => [name, texts[i]])) }
        return { contents: Object.entries(contents).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)}`).join('\n') }
      })
    },
  }
}

/** Bundles the entries that names gives, by their names in dist. */
async function bundle({ format, extension }, names, { parser = 'index', sourcemap = true } = {}) {
  await esbuild.build({
    // From the copies in the package, so that the source maps lead to them.
    entryPoints: Object.fromEntries(Object.entries(names).map(([to, from]) => [to, join(out, 'src', `${from}.js`)])),
    outdir: dist,
    sourcemap,
    sourcesContent: false,
    outExtension: { '.js': extension },
    bundle: true,
    minify: true,
    format,
    platform: 'neutral',
    target: 'es2020',
    supported: { 'class-field': true, 'class-static-field': true, 'class-private-field': true, 'class-private-method': true },
    mangleProps: INTERNAL,
    legalComments: 'none',
    banner: { js: '/* weir-sse, SPDX-License-Identifier: MIT */' },
    plugins: [plugin(extension, parser)],
  })
}

/** Declarations, by the compiler; those for require() say .cjs where the others say .js. */
function declare() {
  const program = ts.createProgram(
    readdirSync(join(here, 'src')).filter((name) => name.endsWith('.js')).map((name) => join(here, 'src', name)),
    {
      allowJs: true,
      checkJs: false,
      declaration: true,
      emitDeclarationOnly: true,
      skipLibCheck: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
      types: [],
      rootDir: join(here, 'src'),
      outDir: dist,
    },
  )
  program.emit()
  // Declarations that are written by hand rule over those that the compiler makes.
  for (const name of readdirSync(join(here, 'src')))
    if (name.endsWith('.d.ts') && name !== 'wasm-modules.d.ts') cpSync(join(here, 'src', name), join(dist, name))
  for (const name of readdirSync(dist)) {
    if (!name.endsWith('.d.ts')) continue
    const text = readFileSync(join(dist, name), 'utf8')
    writeFileSync(join(dist, name.replace('.d.ts', '.d.cts')), text.replace(/(['"]\.\/[\w-]+)\.js(['"])/g, '$1.cjs$2'))
  }
}

/** A module as it is, and as WeChat takes it too: a mini-program's package has little room. */
function putModule(from, name) {
  cpSync(from, join(dist, name))
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
  writeFileSync(join(dist, `${name}.br`), brotliCompressSync(readFileSync(from), { params }))
}

/**
 * The mini-program client as WeChat's developer tools take it from npm: CommonJS of 2017, and the module where a path
 * inside the mini-program's package leads to it.
 */
async function bundleForMiniPrograms() {
  const folder = join(out, 'miniprogram_dist')
  await esbuild.build({
    entryPoints: ['wechat', 'js'].map((name) => join(here, 'src', `${name}.js`)),
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'neutral',
    target: 'es2017',
    mangleProps: INTERNAL,
    // Not every context of a mini-program has globalThis, and none has Buffer.
    define: { 'globalThis.Buffer': 'undefined' },
    plugins: [plugin('.js', 'index')],
    legalComments: 'none',
    banner: { js: '/* weir-sse, SPDX-License-Identifier: MIT */' },
  })
  writeFileSync(join(folder, 'index.js'), "module.exports = require('./wechat')\n")
  for (const name of ['weir-sse-scalar.wasm', 'weir-sse-scalar.wasm.br', 'weir-sse-simd.wasm.br']) cpSync(join(dist, name), join(folder, name))
}

function describe() {
  const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
  if (address) {
    manifest.homepage = `${address}#readme`
    manifest.repository = { type: 'git', url: `git+${address}.git`, directory: 'wasm' }
    manifest.bugs = `${address}/issues`
  }
  writeFileSync(join(out, 'package.json'), JSON.stringify(manifest, null, 2) + '\n')
}

rmSync(out, { recursive: true, force: true })
mkdirSync(dist, { recursive: true })
for (const name of ['README.md', 'src']) cpSync(join(here, name), join(out, name), { recursive: true })
for (const kind of [{ format: 'esm', extension: '.js' }, { format: 'cjs', extension: '.cjs' }]) {
  const { js, ...names } = Object.fromEntries(ENTRIES.map((name) => [name, name]))
  await bundle(kind, names)
  // The output of wasm2js is not meant to be read.
  await bundle(kind, { js }, { sourcemap: false })
  for (const parser of ['lean', 'js'])
    await bundle(kind, { [`stream-${parser}`]: 'stream', [`eventsource-${parser}`]: 'eventsource' }, { parser })
  await bundle(kind, { 'answer-js': 'answer' }, { parser: 'js', sourcemap: false })
}
declare()
describe()
cpSync(join(here, '../LICENSE'), join(out, 'LICENSE'))
putModule(scalar, 'weir-sse-scalar.wasm')
putModule(simd, 'weir-sse-simd.wasm')
await bundleForMiniPrograms()
