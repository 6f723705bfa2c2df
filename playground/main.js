/** Puts the page together: the server, the stage, the tabs and their forms. */
import { Code } from './code.js'
import { element, percent, say, tabs } from './dom.js'
import { Mask } from './mask.js'
import { describe, offerModels } from './models.js'
import { Runner } from './run.js'
import { Stage } from './stage.js'
import { ask, make, pictureOfFile, repaint } from './tasks.js'
import { RequestFailure, Wire } from './wire.js'

const wire = new Wire()
const stage = new Stage()
const mask = new Mask()
const runner = new Runner(wire, new Code(), askForKey, () => { lost() })
const desk = { stage, mask, runner }
/** Between two looks at a server that does not answer, or whose model is not loaded yet. */
const LOOK_AGAIN_MS = 1500
/** What a model that is not ready is said to be. @type {Record<string, string>} */
const STATES = { loading: 'being loaded', draining: 'shutting down', stopped: 'stopped' }

/** What is said of the model that is asked. */
let modelWords = 'Connecting …'
let isWatching = false

let task = 'make'
const chooseTask = tabs('Task', (name) => {
  task = name
  for (const each of ['make', 'repaint', 'ask']) element(`panel-${each}`, HTMLElement).hidden = each !== name
  // Seed, steps and guidance are the same for both.
  const settings = element('settings', HTMLDivElement)
  if (name === 'make') element('make-form', HTMLFormElement).querySelector('.actions')?.before(settings)
  if (name === 'repaint') element('settings-here', HTMLDivElement).append(settings)
  if (!runner.isBusy) stage.showFinished()
  showWhatIsPossible()
})

/** Shows the mask where it is painted, and lets only that be pressed which has what it needs. */
function showWhatIsPossible () {
  const { picture } = stage
  element('mask', HTMLCanvasElement).hidden = task !== 'repaint' || picture === undefined
  for (const button of document.querySelectorAll('#panel-repaint [type=submit], #panel-ask .primary')) {
    if (button instanceof HTMLButtonElement) button.disabled = picture === undefined
  }
  for (const note of document.querySelectorAll('.need')) if (note instanceof HTMLElement) note.hidden = picture !== undefined
  showShare()
}

function showShare () {
  const { share } = mask
  element('mask-share', HTMLSpanElement).textContent = share === 0 ? 'Nothing is painted.' : `${percent(share)} painted.`
  element('strength-row', HTMLParagraphElement).hidden = share > 0
}

function askForKey () {
  element('key-form', HTMLFormElement).hidden = false
  element('key', HTMLInputElement).focus()
}

/** Waits for the server and its model. */
async function connect () {
  try {
    await learnModels()
    // What runs a model is known when it is loaded.
    if (await waitUntilReady() === 'waited') await learnModels()
  } catch (error) {
    showState('unreachable')
    if (error instanceof RequestFailure && error.code === 'api_key_invalid' && wire.key === undefined) askForKey()
    else runner.fail(error)
  }
}

/** Learns what is served, and takes its limits and defaults. */
async function learnModels () {
  const { data: models } = await wire.get('/v1/models')
  const take = (/** @type {import('./models.js').Model} */ model) => { takeModel(model, models.length === 1 ? 'named' : 'chosen') }
  offerModels(models, wire, take)
  take(models.find((/** @type {{ id: string }} */ { id }) => id === wire.choice.model) ?? models[0])
}

/**
 * @param {import('./models.js').Model} model whose sizes, limits and defaults hold from now on
 * @param {'named' | 'chosen'} where
 */
function takeModel (model, where) {
  modelWords = describe(model, where)
  showState(element('model', HTMLParagraphElement).dataset.status ?? 'loading')
  stage.showGrid(model.sizes.image_grid)
  mask.setGrid(model.sizes.image_grid)
  setRange('steps', model.limits.max_inference_steps, model.defaults.num_inference_steps)
  setRange('guidance', model.limits.max_guidance_scale, model.defaults.guidance_scale)
}

/** @param {string} status of the model, or that its server does not answer */
function showState (status) {
  const place = element('model', HTMLParagraphElement)
  place.dataset.status = status
  place.textContent = status === 'unreachable' ? 'Not connected' : `${modelWords}${status in STATES ? `, ${STATES[status]}` : ''}`
}

/** @returns {Promise<'at once' | 'waited'>} */
async function waitUntilReady () {
  for (let looks = 1; ; looks++) {
    const { status: all, models } = await (await fetch('/readyz')).json()
    const status = models?.[wire.choice.model ?? ''] ?? all
    showState(status)
    if (status === 'ready' || status === 'stopped') return looks === 1 ? 'at once' : 'waited'
    await pause()
  }
}

/** Looks after a server that went away until it is back. */
async function lost () {
  showState('unreachable')
  if (isWatching) return
  isWatching = true
  do await pause()
  while (!await fetch('/livez').then(({ ok }) => ok, () => false))
  isWatching = false
  await connect()
  say('The server is back')
}

async function pause () {
  await new Promise((resolve) => { setTimeout(resolve, LOOK_AGAIN_MS) })
}

/**
 * @param {string} id
 * @param {number} most
 * @param {number} byDefault
 */
function setRange (id, most, byDefault) {
  const input = element(id, HTMLInputElement)
  input.max = String(most)
  // What was chosen stays when the same model comes back.
  if (input.dataset.default !== String(byDefault)) input.value = String(byDefault)
  input.dataset.default = String(byDefault)
  input.dispatchEvent(new Event('input'))
}

/** @param {File | undefined} file */
async function open (file) {
  if (file === undefined || runner.isBusy) return
  try {
    stage.open(await pictureOfFile(file))
    say(`${file.name} is open`)
    if (task === 'make') chooseTask('ask')
  } catch (error) {
    runner.fail(error instanceof Error ? new RequestFailure({ message: error.message, code: 'image_unsupported' }) : error)
  }
}

/**
 * @param {string} id of a form
 * @param {() => void} action
 */
function onSubmit (id, action) {
  const form = element(id, HTMLFormElement)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    action()
  })
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })
}

function listen () {
  onSubmit('make-form', () => { if (!runner.isBusy) make(desk) })
  onSubmit('repaint-form', () => { if (!runner.isBusy) repaint(desk).catch((error) => { runner.fail(error) }) })
  onSubmit('ask-form', () => { ask(desk, 'answer') })
  onSubmit('key-form', () => {
    wire.key = element('key', HTMLInputElement).value
    element('key', HTMLInputElement).value = ''
    element('key-form', HTMLFormElement).hidden = true
    element('prompt', HTMLTextAreaElement).focus()
    connect()
  })
  element('describe', HTMLButtonElement).addEventListener('click', () => { ask(desk, 'caption') })
  element('keep-seed', HTMLButtonElement).addEventListener('click', ({ currentTarget }) => {
    if (currentTarget instanceof HTMLButtonElement) element('seed', HTMLInputElement).value = currentTarget.value
  })
  element('undo', HTMLButtonElement).addEventListener('click', () => { stage.undo() })
  const file = element('file', HTMLInputElement)
  file.addEventListener('change', () => { open(file.files?.[0]) })
  document.addEventListener('dragover', (event) => { event.preventDefault() })
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    open(event.dataTransfer?.files[0])
  })
}

/** Buttons that fill a field, paint a region or show a slider's value. */
function listenToSmallThings () {
  if (/Mac|iP/.test(navigator.platform)) for (const key of document.querySelectorAll('.modifier')) key.textContent = '⌘'
  document.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return
    const { into, choices, region } = target.dataset
    if (region !== undefined) mask.region(region)
    if (into === undefined) return
    const field = document.getElementById(into)
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = target.textContent ?? ''
    if (into === 'question') element('choices', HTMLInputElement).value = choices ?? ''
  })
  for (const output of document.querySelectorAll('output')) {
    const input = element(output.htmlFor.value, HTMLInputElement)
    const show = () => { output.value = input.value }
    input.addEventListener('input', show)
    show()
  }
  element('save-mask', HTMLButtonElement).addEventListener('click', async () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(await mask.file(element('picture', HTMLImageElement)))
    link.download = 'mask.png'
    link.click()
  })
}

listen()
listenToSmallThings()
mask.onPaint(showShare)
stage.onPicture(showWhatIsPossible)
showWhatIsPossible()
await connect()
