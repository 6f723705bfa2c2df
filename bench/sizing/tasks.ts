import sharp from 'sharp'
import { marked } from '../pictures.js'
import { PROMPTS, QUESTION } from '../prompts.js'
import type { ServerProcess } from '../server-process.js'

/** What a task's requests count besides themselves: unmasking steps of a picture, or tokens of a text. */
export type Counted = 'picture steps' | 'text tokens'

/** A kind of request that a cluster is sized for. */
export interface Task {
  name: string
  counted: Counted
  /** One request; the same index is the same request. Answers how many steps or tokens it took. */
  ask: (server: ServerProcess, index: number, model?: string) => Promise<number>
}

/** Prompts and pictures of the tasks. */
export interface Material { pictures: readonly Buffer[], steps: number, guidance: number, maxTokens: number }

interface TextAnswer { usage: { completion_tokens: number } }

/** Everything under /v1 that is asked in bulk. Pictures are new to every request but of the task that says otherwise. */
export function tasksOf ({ pictures, steps, guidance, maxTokens }: Material): Task[] {
  const known = at(pictures, 0)
  const fresh = async (index: number): Promise<string> => dataUrl(await marked(at(pictures, index), index))
  const text = async (server: ServerProcess, path: string, body: object): Promise<number> => (await (await server.post(path, body)).json() as TextAnswer).usage.completion_tokens
  return [
    {
      name: 'picture from a description',
      counted: 'picture steps',
      ask: async (server, index, model) => {
        await (await server.post('/v1/faces/generate', { prompt: at(PROMPTS, index), seed: index, num_inference_steps: steps, guidance_scale: guidance, model })).arrayBuffer()
        return steps
      }
    },
    {
      name: 'half of a picture painted anew',
      counted: 'picture steps',
      ask: async (server, index, model) => {
        const picture = at(pictures, index)
        await (await server.post('/v1/images/edits', { image: dataUrl(await marked(picture, index)), mask: dataUrl(await lowerHalf(picture)), prompt: at(PROMPTS, index), seed: index, num_inference_steps: steps, model })).arrayBuffer()
        return steps
      }
    },
    { name: 'caption', counted: 'text tokens', ask: async (server, index, model) => await text(server, '/v1/faces/caption', { image: await fresh(index), max_tokens: maxTokens, model }) },
    { name: 'question about a new picture', counted: 'text tokens', ask: async (server, index, model) => await text(server, '/v1/faces/vqa', { image: await fresh(index), question: QUESTION, max_tokens: maxTokens, model }) },
    { name: 'question about a picture that was read', counted: 'text tokens', ask: async (server, _index, model) => await text(server, '/v1/faces/vqa', { image: dataUrl(known), question: QUESTION, max_tokens: maxTokens, model }) },
    { name: 'one attribute of a new picture', counted: 'text tokens', ask: async (server, index, model) => await text(server, '/v1/faces/attributes', { image: await fresh(index), attributes: ['hair_colour'], model }) }
  ]
}

const dataUrl = (png: Buffer): string => `data:image/png;base64,${png.toString('base64')}`

/** A mask of the picture's size that gives its lower half away. */
async function lowerHalf (png: Buffer): Promise<Buffer> {
  const { width, height } = await sharp(png).metadata()
  const kept = { input: { create: { width, height: Math.floor(height / 2), channels: 4 as const, background: 'white' } }, top: 0, left: 0 }
  return await sharp({ create: { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).composite([kept]).png().toBuffer()
}

/** The list, over and over. @throws RangeError on an empty one */
export function at<T> (values: readonly T[], index: number): T {
  const value = values[index % values.length]
  if (value === undefined) throw new RangeError('nothing to choose from')
  return value
}
