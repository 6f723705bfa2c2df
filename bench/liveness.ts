import type { Contestants, Settings } from './contestants.js'
import { marked } from './pictures.js'
import { PROMPTS } from './prompts.js'

const AT_ONCE = 16
/** Marks that no cell of the table uses. */
const FIRST_MARK = 9_000_000

/** Seconds of each call of /livez while 16 pictures and 16 captions are in flight. */
export async function livenessUnderLoad ({ server, pictures }: Contestants, { steps, guidance, maxTokens }: Settings): Promise<number[]> {
  let isOver = false
  const load = Promise.all(Array.from({ length: AT_ONCE }, async (_, index) => {
    const picture = pictures[index % pictures.length]
    const prompt = PROMPTS[index % PROMPTS.length]
    if (picture === undefined || prompt === undefined) throw new RangeError('no pictures to describe')
    await Promise.all([
      server.generate(prompt, FIRST_MARK + index, { steps, guidance }),
      server.caption(await marked(picture, FIRST_MARK + index), maxTokens)
    ])
  })).finally(() => { isOver = true })
  const [seconds] = await Promise.all([server.liveness(() => isOver), load])
  return seconds
}
