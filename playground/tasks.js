/** The three things to do: make a face, repaint one, ask about one. Each reads its form, sends one action and shows what comes. */
import { Answer } from './answers.js'
import { element, say } from './dom.js'
import { blobOf } from './stage.js'

/**
 * @typedef {object} Desk
 * @property {import('./stage.js').Stage} stage
 * @property {import('./mask.js').Mask} mask
 * @property {import('./run.js').Runner} runner
 */

/** Most that the API streams. */
const PARTIAL_IMAGES = 3

/** @param {string} id of an input */
const valueOf = (id) => element(id, HTMLInputElement).value.trim()
/** @param {string} id of a text area */
const textOf = (id) => element(id, HTMLTextAreaElement).value

/** Fields that Make and Repaint share. */
function pictureFields () {
  const seed = valueOf('seed')
  return {
    ...(seed === '' ? {} : { seed: Number(seed) }),
    num_inference_steps: Number(valueOf('steps')),
    guidance_scale: Number(valueOf('guidance')),
    stream: true,
    partial_images: PARTIAL_IMAGES,
    include_experts: true
  }
}

/** @param {Desk} desk */
export async function make ({ stage, runner }) {
  const prompt = textOf('prompt')
  stage.begin([], PARTIAL_IMAGES + 1)
  await runner.run({
    action: { path: '/v1/images/generations', fields: { prompt, ...pictureFields() }, files: {} },
    onEvent: (event) => { showPicture(stage, event, { prompt }) },
    onFailure: () => { stage.abandon() }
  })
}

/** @param {Desk} desk */
export async function repaint ({ stage, mask, runner }) {
  const { picture } = stage
  if (picture === undefined) return
  const prompt = textOf('repaint-prompt')
  const isPainted = mask.share > 0
  const files = {
    image: { name: picture.name, blob: picture.blob },
    ...(isPainted ? { mask: { name: 'mask.png', blob: await mask.file(await decoded(picture.url)) } } : {})
  }
  stage.begin([{ url: picture.url, label: 'Before', alt: 'Before it was repainted' }], PARTIAL_IMAGES + 1)
  await runner.run({
    action: { path: '/v1/images/edits', fields: { prompt, ...(isPainted ? {} : { strength: Number(valueOf('strength')) }), ...pictureFields() }, files },
    onEvent: (event) => {
      showPicture(stage, event, { prompt, original: picture })
      if (event.type.endsWith('.completed')) mask.putAway()
    },
    onFailure: () => { stage.abandon() }
  })
}

/**
 * @param {Desk} desk
 * @param {'caption' | 'answer'} task
 */
export async function ask ({ stage, runner }, task) {
  const { picture } = stage
  if (picture === undefined || runner.isBusy) return
  stage.showFinished()
  const question = valueOf('question')
  const choices = valueOf('choices').split(',').map((each) => each.trim()).filter((each) => each !== '')
  const answer = new Answer(task === 'caption' ? 'Describe this face' : question)
  await runner.run({
    action: {
      path: task === 'caption' ? '/v1/faces/caption' : '/v1/faces/vqa',
      fields: { ...(task === 'caption' ? {} : { question, ...(choices.length === 0 ? {} : { choices }) }), stream: true, include_experts: true },
      files: { image: { name: picture.name, blob: picture.blob } }
    },
    onEvent: (event) => { answer.take(event) },
    onFailure: () => { answer.remove() }
  })
}

/**
 * @param {import('./stage.js').Stage} stage
 * @param {any} event
 * @param {{ prompt: string, original?: import('./stage.js').Picture }} about
 */
function showPicture (stage, event, { prompt, original }) {
  const blob = blobOf(event.b64_json, event.output_format)
  const { seed, num_inference_steps: steps, guidance_scale: guidance, edit } = event
  if (event.type.endsWith('.partial_image')) {
    stage.partial(blob, { step: event.step, steps, decided: event.decided })
    return
  }
  say(`Finished, with seed ${seed}`)
  element('keep-seed', HTMLButtonElement).disabled = false
  element('keep-seed', HTMLButtonElement).value = String(seed)
  stage.finish({
    blob,
    url: URL.createObjectURL(blob),
    name: `face-${seed}${original === undefined ? '' : '-repainted'}.${event.output_format}`,
    words: `Seed ${seed}, ${steps} steps, guidance ${guidance}${edit === undefined ? '' : `, ${edit.remade_tokens} ${edit.remade_tokens === 1 ? 'token' : 'tokens'} made anew`}`,
    alt: `Synthetic face: ${prompt}`,
    isSynthetic: true
  }, original)
}

/**
 * @param {File} file
 * @returns {Promise<import('./stage.js').Picture>}
 */
export async function pictureOfFile (file) {
  const url = URL.createObjectURL(file)
  await decoded(url).catch((cause) => { throw new Error(`${file.name} is no picture that this browser can show. The server reads PNG, JPEG, WebP and GIF.`, { cause }) })
  return { blob: file, url, name: file.name, words: `${file.name}: it stays in this page until you send it.`, alt: `Your picture ${file.name}`, isSynthetic: false }
}

/** @param {string} url */
async function decoded (url) {
  const image = new Image()
  image.src = url
  await image.decode()
  return image
}
