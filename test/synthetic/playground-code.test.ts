import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import t from 'tap'
import { PACKAGE_ROOT } from '../../src/package.js'
import { listenDebugApp } from '../support/debug-app.js'
import { plainPng } from '../support/pictures.js'

type Language = 'curl' | 'javascript' | 'python'
interface Action { path: string, fields: Record<string, unknown>, files: Record<string, { name: string, blob: Blob }> }
interface Snippets { snippets: (action: Action, place: { origin: string, needsKey: boolean }) => Record<Language, string> }

/** The very module that the page loads. */
const { snippets }: Snippets = await import(`${PACKAGE_ROOT}playground/snippets.js`)
const run = promisify(execFile)

const png = async (file: Buffer): Promise<Blob> => new Blob([Uint8Array.from(file)], { type: 'image/png' })
const PICTURE = await plainPng('teal', 32)
const MASK = await sharp({ create: { width: 32, height: 32, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).png().toBuffer()
/** Names and words that a shell, JavaScript and Python each could stumble over. */
const FACE = { name: 'a "new" face.png', blob: await png(PICTURE) }
const PROMPT = 'a woman in her fifties, "grey" hair; it\'s $HOME `pwd` \\n @home'

const ACTIONS: Record<string, Action> = {
  generation: { path: '/v1/images/generations', fields: { prompt: PROMPT, num_inference_steps: 4, guidance_scale: 2.5, stream: true, partial_images: 2, seed: 7 }, files: {} },
  edit: { path: '/v1/images/edits', fields: { prompt: PROMPT, num_inference_steps: 4, guidance_scale: 2.5, stream: true, partial_images: 2, seed: 7 }, files: { image: FACE, mask: { name: 'mask.png', blob: await png(MASK) } } },
  caption: { path: '/v1/faces/caption', fields: { stream: true, seed: 7 }, files: { image: FACE } },
  question: { path: '/v1/faces/vqa', fields: { question: '@what colour is the "hair"?', stream: true, seed: 7 }, files: { image: FACE } },
  choices: { path: '/v1/faces/vqa', fields: { question: 'Is it grey?', choices: ['yes, it\'s "grey"', 'no'], stream: true, seed: 7 }, files: { image: FACE } }
}

const has = (command: string, ...argv: string[]): boolean => {
  try {
    execFileSync(command, argv, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const HOW: Record<Language, { argv: (code: string) => [string, string[]], skip: string | false }> = {
  curl: { argv: (code) => ['bash', ['-c', code]], skip: has('curl', '--version') ? false : 'there is no curl here' },
  javascript: { argv: (code) => [process.execPath, ['--input-type=module', '-e', code]], skip: false },
  python: { argv: (code) => ['python3', ['-c', code]], skip: has('python3', '-c', 'import openai') ? false : 'python3 has no openai here' }
}

t.test('the code that the playground shows does what was done', async (t) => {
  const { origin } = await listenDebugApp(t)
  for (const [language, { argv, skip }] of Object.entries(HOW)) {
    await t.test(language, { skip }, async (t) => {
      for (const [name, action] of Object.entries(ACTIONS)) {
        const folder = t.testdir({ [FACE.name]: PICTURE, 'mask.png': MASK })
        symlinkSync(join(PACKAGE_ROOT, 'node_modules'), join(folder, 'node_modules'))
        const code = snippets(action, { origin, needsKey: false })[language as Language]
        const [command, list] = argv(code)
        const { stdout } = await run(command, list, { cwd: folder, maxBuffer: 1e8 })
        if (language === 'curl') {
          t.match(stdout, /event: \w+\.completed\ndata: \{.*"seed":7/, `${name}: ${stdout.slice(0, 300)}`)
          continue
        }
        if (action.path.startsWith('/v1/images')) t.equal((await sharp(readFileSync(join(folder, 'result.png'))).metadata()).width, 32, name)
        else t.match(stdout, /completed/, name)
        t.equal(existsSync(join(folder, 'result.png')), action.path.startsWith('/v1/images'))
      }
    })
  }
})

t.test('each option is in the code as it was sent', async (t) => {
  const { origin } = await listenDebugApp(t)
  const [[, generation]] = Object.entries(ACTIONS) as [[string, Action]]
  const results = []
  for (const fields of [generation.fields, { ...generation.fields, seed: 8 }, { ...generation.fields, guidance_scale: 9 }, { ...generation.fields, num_inference_steps: 3 }]) {
    const folder = t.testdir({ 'run.mjs': snippets({ ...generation, fields }, { origin, needsKey: false }).javascript })
    symlinkSync(join(PACKAGE_ROOT, 'node_modules'), join(folder, 'node_modules'))
    await run(process.execPath, ['run.mjs'], { cwd: folder })
    results.push((await sharp(readFileSync(join(folder, 'result.png'))).raw().toBuffer()).toString('base64'))
  }
  t.equal(new Set(results).size, results.length)
})

t.test('a key is named, never shown', async (t) => {
  for (const action of Object.values(ACTIONS)) {
    const written = snippets(action, { origin: 'http://127.0.0.1:8080', needsKey: true })
    t.match(written, { curl: /-H "authorization: Bearer \$OPENAI_API_KEY"/, javascript: /apiKey: process\.env\.OPENAI_API_KEY/, python: /api_key=os\.environ\["OPENAI_API_KEY"\]/ })
  }
})
