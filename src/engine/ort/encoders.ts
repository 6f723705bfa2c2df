import type { Manifest, PerGraph } from '../../artifacts/manifest.js'
import type { Session } from '../../runtime/session.js'
import type { EncodeResult, EncodeRow } from '../executor.js'
import { FaceSearch } from './face-search.js'
import { allEnded } from './lanes.js'
import type { Run } from './plan-run.js'
import { rowOf, SquareEncoder } from './square-encoder.js'

export interface EncodersOptions {
  sessions: Readonly<Pick<PerGraph<Session>, 'picture_encoder' | 'clip' | 'face' | 'face_detector'>>
  manifest: Pick<Manifest, 'preprocessing' | 'sizes'>
  /** Runs at once of graphs that take one picture. */
  lanes: number
}

type FaceResult = Pick<EncodeResult, 'face' | 'finding'>

/** What makes face embeddings: an encoder of squares, or a search and an encoder of aligned faces. */
interface FaceEncoding {
  encode (rows: readonly EncodeRow[], run: Run): Promise<FaceResult[]>
  dispose (): void
}

/** Pixels to codes and embeddings: three encoders at the same time, each over all rows. */
export class Encoders {
  readonly #codes: SquareEncoder<Int32Array>
  readonly #clip: SquareEncoder<Float32Array>
  readonly #face: FaceEncoding

  constructor (options: EncodersOptions) {
    const { sessions, manifest: { preprocessing, sizes: { image_tokens: codes } }, lanes } = options
    this.#codes = new SquareEncoder({ session: sessions.picture_encoder, input: preprocessing.picture_encoder, lanes, read: (batch, row) => batch.int64s('code_ids').read(row * codes, codes) })
    this.#clip = new SquareEncoder({ session: sessions.clip, input: preprocessing.clip, lanes, read: (batch, row, rows) => rowOf(batch.floats('embedding'), row, rows) })
    this.#face = faceEncoding(options)
  }

  async encode (rows: readonly EncodeRow[], run: Run): Promise<EncodeResult[]> {
    const works = [
      this.#codes.encode(rows.map(({ pixels }) => pixels.pictureEncoder), run),
      this.#clip.encode(rows.map(({ pixels }) => pixels.clip), run),
      this.#face.encode(rows, run)
    ] as const
    await allEnded<unknown>(works)
    const [codes, clips, faces] = await Promise.all(works)
    return codes.flatMap((codeIds, row) => {
      const [clip, face] = [clips[row], faces[row]]
      return clip === undefined || face === undefined ? [] : [{ codeIds, clip, ...face }]
    })
  }

  dispose (): void {
    for (const encoder of [this.#codes, this.#clip, this.#face]) encoder.dispose()
  }
}

function faceEncoding ({ sessions, manifest: { preprocessing, sizes }, lanes }: EncodersOptions): FaceEncoding {
  const { face, face_detector: detector } = preprocessing
  if (face.fit === 'aligned_face' && detector !== undefined && sessions.face_detector !== undefined) {
    return new FaceSearch({ detector: { session: sessions.face_detector, input: detector }, encoder: { session: sessions.face, input: face }, width: sizes.face_width, lanes })
  }
  const squares = new SquareEncoder<FaceResult>({
    session: sessions.face,
    input: face,
    lanes,
    read: (batch, row, rows) => ({ face: rowOf(batch.floats('embedding'), row, rows), finding: { score: batch.floats('score')[row] ?? 0, found: batch.bytes('found')[row] === 1 } })
  })
  return {
    encode: (rows, run) => squares.encode(rows.map(({ pixels }) => pixels.face), run),
    dispose: () => { squares.dispose() }
  }
}
