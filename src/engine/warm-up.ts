import type { Manifest } from '../artifacts/manifest.js'
import { fromWire } from '../common/errors.js'
import { pixelLimits } from './check-pixels.js'
import type { EngineCore } from './core.js'
import type { EngineEvent, PicturePixels, Work } from './protocol.js'

/**
 * Has the model make a picture and describe one before the first caller does: what is allocated or compiled at first use is then there, and a model that cannot run is found at the start.
 * The unconditional prefix is in its slot afterwards.
 *
 * @throws CodedError why a step failed
 */
export async function warmUp (core: EngineCore, manifest: Manifest): Promise<void> {
  for (const [index, work] of warmUpWorks(manifest).entries()) {
    const last = await new Promise<EngineEvent>((resolve) => {
      core.submit({ id: `warm-up ${index}`, work, waitedMs: 0, priority: 'normal', company: 'any' }, (event) => {
        if (event.type === 'finished' || event.type === 'failed') resolve(event)
      })
    })
    if (last.type === 'failed') throw fromWire(last.error)
  }
  // Counters begin with the first caller.
  core.takeStats()
}

function warmUpWorks ({ special_ids: ids, layout, preprocessing, defaults }: Manifest): Work[] {
  const special = new Map<string, number>(Object.entries(ids))
  const empty = layout.generate_prefix.flatMap((piece) => special.get(piece) ?? [])
  return [
    {
      kind: 'generate',
      promptTokenIds: empty,
      negativeTokenIds: empty,
      seed: 0n,
      row: 0,
      numInferenceSteps: 2,
      guidanceScale: defaults.guidance_scale === 1 ? 2 : defaults.guidance_scale,
      temperature: defaults.temperature,
      confidenceTemperature: defaults.confidence_temperature
    },
    {
      kind: 'understand',
      task: 'caption',
      picture: { key: 'warm-up', pixels: blackPicture(preprocessing) },
      textTokenIds: [ids.sot],
      maxTokens: 2,
      temperature: 0,
      topP: 1,
      seed: 0n,
      row: 0,
      topLogprobs: 0
    }
  ]
}

function blackPicture (preprocessing: Manifest['preprocessing']): PicturePixels {
  const { pictureEncoder, clip, face, sourceSide } = pixelLimits(preprocessing)
  const black = (side: number): Uint8Array => new Uint8Array(3 * side * side)
  const source = { rgb: black(1), width: 1, height: 1 }
  return { pictureEncoder: black(pictureEncoder), clip: black(clip), face: black(face), ...(sourceSide === undefined ? {} : { source }) }
}
