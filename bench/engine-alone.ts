import { randomUUID } from 'node:crypto'
import type { EngineClient } from '../src/engine/client.js'
import type { EngineEvent, PictureInput, Work } from '../src/engine/protocol.js'
import { decodeImage } from '../src/image/decode-image.js'
import type { FaceModel } from '../src/tasks/face-model.js'
import { QUESTION } from './prompts.js'

/** The engine process without HTTP, JSON and image files around it: what the server's own half costs is the difference. */
export class EngineAlone {
  readonly #engine: EngineClient
  readonly #model: FaceModel

  constructor (engine: EngineClient, model: FaceModel) {
    this.#engine = engine
    this.#model = model
  }

  async generate (prompt: string, seed: number, settings: { steps: number, guidance: number }): Promise<void> {
    const { layout, manifest: { defaults } } = this.#model
    await this.#run({
      kind: 'generate',
      promptTokenIds: layout.generatePrefix(prompt),
      negativeTokenIds: layout.generatePrefix(''),
      seed: BigInt(seed),
      row: 0,
      numInferenceSteps: settings.steps,
      guidanceScale: settings.guidance,
      temperature: defaults.temperature,
      confidenceTemperature: defaults.confidence_temperature
    })
  }

  /** Tokens written. */
  async caption (picture: PictureInput, maxTokens: number): Promise<number> {
    return await this.#run({
      kind: 'understand',
      task: 'caption',
      picture,
      textTokenIds: this.#model.layout.firstTurn(QUESTION),
      maxTokens,
      temperature: 0,
      topP: 1,
      seed: 0n,
      row: 0,
      topLogprobs: 0
    })
  }

  /** A picture file as the engine takes it; done before the clock starts. */
  async prepare (file: Buffer): Promise<PictureInput> {
    const { picture_encoder: encoder, clip, face } = this.#model.manifest.preprocessing
    const [pictureEncoder, clipPixels, facePixels] = await decodeImage(file, { maxPixels: 1e6, sizes: [encoder.size, clip.size, face.size] })
    if (pictureEncoder === undefined || clipPixels === undefined || facePixels === undefined) throw new Error('a square is missing')
    return { key: randomUUID(), pixels: { pictureEncoder, clip: clipPixels, face: facePixels } }
  }

  async stop (): Promise<void> {
    await this.#engine.drain()
  }

  async #run (work: Work): Promise<number> {
    let tokens = 0
    let last: EngineEvent | undefined
    for await (const event of this.#engine.submit(work)) {
      if (event.type === 'token') tokens++
      last = event
    }
    if (last?.type !== 'finished') throw new Error('the engine did not finish its work')
    return tokens
  }
}
