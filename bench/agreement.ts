import type { Contestants, Settings } from './contestants.js'
import { QUESTION } from './prompts.js'

/** How many greedy captions of the server are word for word those of the plain loop: both are to do the same work. */
export async function countAgreement ({ server, plain, pictures }: Contestants, { maxTokens }: Settings): Promise<{ equal: number, compared: number }> {
  const ours = await Promise.all(pictures.map(async (picture) => (await server.caption(picture, maxTokens)).text))
  const { texts } = await plain.caption(pictures, QUESTION, maxTokens)
  return { equal: ours.filter((text, index) => text === texts[index]).length, compared: ours.length }
}
