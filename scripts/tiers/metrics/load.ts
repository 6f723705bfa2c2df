import { dataUrl, plainPng } from '../../../test/support/pictures.js'

/** Something that is asked of a server: what it was answered, 0 when the client gave up. */
type Ask = () => Promise<number>

export interface Load {
  /** One round of everything that a server is asked in good order. Answers the statuses. */
  round: () => Promise<number[]>
  /** What goes wrong on purpose: refusals, impossible deadlines, a full queue, clients that leave. */
  provoke: () => Promise<number[]>
}

const COLOURS = ['teal', 'tan', 'navy', 'olive']

/** @param model that is asked; the default one where absent */
export async function createLoad (origin: string, model?: string): Promise<Load> {
  const images = await Promise.all(COLOURS.map(async (colour) => dataUrl(await plainPng(colour, 64))))
  const [image = ''] = images
  const named = (body: object): object => model === undefined ? body : { ...body, model }
  const post = async (path: string, body: object, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<number> => {
    const answer = await fetch(`${origin}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(path === '/v1/jobs' ? body : named(body)), ...(signal === undefined ? {} : { signal }) })
    await answer.arrayBuffer()
    return answer.status
  }
  const chat = (text: string) => ({ model: 'any', max_tokens: 8, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: image } }, { type: 'text', text }] }] })
  const good: Ask[] = [
    async () => await post('/v1/faces/generate', { prompt: 'a face', seed: 1 }),
    async () => await post('/v1/faces/generate', { prompt: 'a person with a hat', n: 2, num_inference_steps: 6, seed: 2 }),
    async () => await post('/v1/images/generations', { prompt: 'a smiling face' }),
    ...images.map((each): Ask => async () => await post('/v1/faces/caption', { image: each, max_tokens: 12, temperature: 1, seed: 3, stream: each !== image })),
    async () => await post('/v1/faces/vqa', { image, question: 'which hat?', max_tokens: 8 }),
    async () => await post('/v1/faces/vqa', { image, question: 'which hat?', choices: ['a cap', 'none'] }),
    async () => await post('/v1/jobs', { task: 'caption', request: named({ image, max_tokens: 4 }) })
  ]
  const bad: Ask[] = [
    async () => await post('/v1/faces/generate', { prompt: 'portrait of a baby' }),
    async () => await post('/v1/faces/generate', { prompt: 5 }),
    async () => await post('/v1/faces/generate', { prompt: 'a face' }, { 'x-deadline-ms': '1' }),
    async () => await post('/v1/chat/completions', chat('which hat?'))
  ]
  const settled = async (asks: readonly Ask[]): Promise<number[]> => await Promise.all(asks.map(async (ask) => await ask().catch(() => 0)))
  return {
    round: async () => await settled(good),
    provoke: async () => [
      ...await settled(bad),
      // Every second client of a queue that is full leaves: some after so little that no machine has been quick enough, some after so much that none was too slow to begin.
      ...await settled(Array.from({ length: 40 }, (_, seed): Ask => async () => await post('/v1/faces/generate', { prompt: 'a face', n: 4, seed }, {}, seed % 2 === 0 ? undefined : AbortSignal.timeout(5 * seed))))
    ]
  }
}
