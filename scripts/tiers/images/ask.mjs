/**
 * Waits until a server is ready, asks for a face and for a caption of it, and says what came back.
 *
 * node ask.mjs ORIGIN PROCESS: exits 1 when the server's process ends before it is ready, or an answer is not what it should be.
 */
import { setTimeout as wait } from 'node:timers/promises'

const [origin, server] = process.argv.slice(2)

async function ready () {
  while (true) {
    const response = await fetch(`${origin}/readyz`).catch(() => undefined)
    if (response?.ok) return
    process.kill(Number(server), 0) // throws when there is no such process
    await wait(50)
  }
}

async function post (path, body) {
  const response = await fetch(`${origin}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${path} answered ${response.status} ${await response.text()}`)
  return response
}

await ready()
const face = Buffer.from(await (await post('/v1/faces/generate', { prompt: 'a woman with red hair', seed: 7 })).arrayBuffer())
if (face.toString('latin1', 1, 4) !== 'PNG') throw new Error('the face is no PNG')
const { caption } = await (await post('/v1/faces/caption', { image: `data:image/png;base64,${face.toString('base64')}` })).json()
if (typeof caption !== 'string' || caption === '') throw new Error('the caption has no words')
console.log(`a face of ${face.length} bytes: ${caption}`)
