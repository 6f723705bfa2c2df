/** The code of an action: curl, OpenAI's client for JavaScript, and the one for Python. Pure text, so that tests run it. */

/**
 * @typedef {import('./wire.js').Action} Action
 * @typedef {object} Place
 * @property {string} origin address of the server
 * @property {boolean} needsKey whether it asks for a key; code names a variable, never the key
 */

/** Fields that OpenAI's Python client has parameters for; any other goes through `extra_body`. */
const OPENAI_FIELDS = ['prompt', 'model', 'stream', 'partial_images']

/**
 * @param {Action} action
 * @param {Place} place
 * @returns {Record<'curl' | 'javascript' | 'python', string>}
 */
export function snippets (action, place) {
  return { curl: curl(action, place), javascript: javascript(action, place), python: python(action, place) }
}

/** @param {string} text within single quotes of a shell */
const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`
/** @param {unknown} value as JSON with a field a line, below a command */
const indented = (value) => JSON.stringify(value, undefined, 2).replaceAll('\n', '\n  ')
/** @param {unknown} value as JavaScript writes it */
const literal = (value) => JSON.stringify(value)
/** @param {unknown} value as Python writes it */
const pythonLiteral = (value) => typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value)

/**
 * @param {Action} action
 * @param {Place} place
 */
function curl ({ path, fields, files }, { origin, needsKey }) {
  const head = [`curl -sSN ${origin}${path}`, ...(needsKey ? ['-H "authorization: Bearer $OPENAI_API_KEY"'] : [])]
  if (Object.keys(files).length === 0) return [...head, "-H 'content-type: application/json'", `-d ${shell(indented(fields))}`].join(' \\\n  ')
  // Not -F for text: it would read a value that begins with @ from a file.
  const texts = Object.entries(fields).map(([name, value]) => `--form-string ${shell(`${name}=${typeof value === 'string' ? value : literal(value)}`)}`)
  return [...head, ...Object.entries(files).map(([field, { name }]) => `-F ${shell(`${field}=@"${name.replaceAll(/["\\]/g, '\\$&')}"`)}`), ...texts].join(' \\\n  ')
}

/**
 * @param {Action} action
 * @param {Place} place
 */
function javascript ({ path, fields, files }, { origin, needsKey }) {
  const isPicture = path.startsWith('/v1/images/')
  const parts = Object.entries(files).map(([field, { name, blob }]) =>
    `  ${field}: ${isPicture ? `fs.createReadStream(${literal(name)})` : `'data:${blob.type};base64,' + fs.readFileSync(${literal(name)}, 'base64')`},`)
  const body = [...parts, ...Object.entries(fields).map(([name, value]) => `  ${name}: ${literal(value)},`)].join('\n')
  const call = isPicture
    ? `client.images.${path.endsWith('edits') ? 'edit' : 'generate'}({\n${body}\n})`
    : `client.post(${literal(path.replace('/v1', ''))}, { stream: true, body: {\n${body}\n} })`
  return `import fs from 'node:fs'
import OpenAI from 'openai'

const client = new OpenAI({ baseURL: ${literal(`${origin}/v1`)}, apiKey: ${needsKey ? 'process.env.OPENAI_API_KEY' : "'none'"} })
const events = await ${call}
for await (const event of events) {
${isPicture
    ? "  if (event.type.endsWith('completed')) fs.writeFileSync('result.png', Buffer.from(event.b64_json, 'base64'))\n  else console.log(event.step, event.decided)"
    : "  if (event.type.endsWith('delta')) process.stdout.write(event.delta)\n  else console.log('\\n', event)"}
}
`
}

/**
 * @param {Action} action
 * @param {Place} place
 */
function python ({ path, fields, files }, { origin, needsKey }) {
  const isPicture = path.startsWith('/v1/images/')
  const imports = ['import base64', ...(needsKey ? ['import os'] : []), `from openai import OpenAI${isPicture ? '' : ', Stream'}`]
  return `${imports.join('\n')}

client = OpenAI(base_url=${literal(`${origin}/v1`)}, api_key=${needsKey ? 'os.environ["OPENAI_API_KEY"]' : '"none"'})
${isPicture ? pythonPicture(path, fields, files) : pythonText(path, fields, files)}`
}

/**
 * @param {string} path
 * @param {Action['fields']} fields
 * @param {Action['files']} files
 */
function pythonPicture (path, fields, files) {
  const own = Object.entries(fields).filter(([name]) => OPENAI_FIELDS.includes(name))
  const extra = Object.entries(fields).filter(([name]) => !OPENAI_FIELDS.includes(name)).map(([name, value]) => `${literal(name)}: ${pythonLiteral(value)}`)
  const lines = [
    ...Object.entries(files).map(([field, { name }]) => `${field}=open(${literal(name)}, "rb")`),
    ...own.map(([name, value]) => `${name}=${pythonLiteral(value)}`),
    ...(extra.length === 0 ? [] : [`extra_body={${extra.join(', ')}}`])
  ]
  return `events = client.images.${path.endsWith('edits') ? 'edit' : 'generate'}(
${lines.map((line) => `    ${line},`).join('\n')}
)
for event in events:
    if event.type.endswith("completed"):
        with open("result.png", "wb") as file:
            file.write(base64.b64decode(event.b64_json))
    else:
        print(event.step, event.decided)
`
}

/**
 * @param {string} path
 * @param {Action['fields']} fields
 * @param {Action['files']} files
 */
function pythonText (path, fields, files) {
  const pictures = Object.entries(files).map(([field, { name, blob }]) =>
    `    ${literal(field)}: "data:${blob.type};base64," + base64.b64encode(open(${literal(name)}, "rb").read()).decode(),`)
  const body = [...pictures, ...Object.entries(fields).map(([name, value]) => `    ${literal(name)}: ${pythonLiteral(value)},`)]
  return `events = client.post(${literal(path.replace('/v1', ''))}, cast_to=object, stream=True, stream_cls=Stream[object], body={
${body.join('\n')}
})
for event in events:
    print(event.get("delta", event), end="", flush=True)
`
}
