import type { Manifest } from '../../artifacts/manifest.js'
import { Batch } from '../../runtime/batch.js'
import type { Session } from '../../runtime/session.js'
import type { EncodeResult, EncodeRow, ExecutorSizes } from '../executor.js'
import { BatchCache } from './batch-cache.js'
import { PixelNormaliser } from './pixels.js'
import type { Run } from './plan-run.js'

const ENCODERS = ['picture_encoder', 'clip', 'face'] as const
type EncoderName = typeof ENCODERS[number]

/** Which of a row's pictures an encoder takes. */
const PIXELS_OF = { picture_encoder: 'pictureEncoder', clip: 'clip', face: 'face' } as const satisfies Record<EncoderName, keyof EncodeRow['pixels']>

/** Pixels to codes and embeddings: three graphs at the same time, each over all rows. */
export class Encoders {
  readonly #sessions: Readonly<Record<EncoderName, Session>>
  readonly #normalisers: Readonly<Record<EncoderName, PixelNormaliser>>
  readonly #imageTokens: number
  readonly #batches = new BatchCache()

  constructor (sessions: Readonly<Record<EncoderName, Session>>, { preprocessing }: Pick<Manifest, 'preprocessing'>, { imageTokens }: Pick<ExecutorSizes, 'imageTokens'>) {
    this.#sessions = sessions
    this.#imageTokens = imageTokens
    this.#normalisers = {
      picture_encoder: new PixelNormaliser(preprocessing.picture_encoder),
      clip: new PixelNormaliser(preprocessing.clip),
      face: new PixelNormaliser(preprocessing.face)
    }
  }

  async encode (rows: readonly EncodeRow[], run: Run): Promise<EncodeResult[]> {
    const [codes, clip, face] = [this.#fill('picture_encoder', rows), this.#fill('clip', rows), this.#fill('face', rows)]
    await run(codes, clip, face)
    return rows.map((_, row): EncodeResult => ({
      codeIds: codes.int64s('code_ids').read(row * this.#imageTokens, this.#imageTokens),
      clip: rowOf(clip.floats('embedding'), row, rows.length),
      face: rowOf(face.floats('embedding'), row, rows.length),
      finding: { score: face.floats('score')[row] ?? 0, found: face.bytes('found')[row] === 1 }
    }))
  }

  dispose (): void {
    this.#batches.dispose()
  }

  #fill (encoder: EncoderName, rows: readonly EncodeRow[]): Batch {
    const batch = this.#batches.get([ENCODERS.indexOf(encoder), rows.length], () => new Batch(this.#sessions[encoder], { sizes: { B: rows.length } }))
    const normaliser = this.#normalisers[encoder]
    const planes = batch.floats('pixels')
    rows.forEach(({ pixels }, row) => { normaliser.write(pixels[PIXELS_OF[encoder]], planes, row * normaliser.bytes) })
    return batch
  }
}

/** A copy of one row of [B, width]. */
function rowOf (values: Float32Array, row: number, rows: number): Float32Array {
  const width = values.length / rows
  return values.slice(row * width, (row + 1) * width)
}
