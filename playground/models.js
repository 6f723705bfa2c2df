/** Which model is asked, where the server has several. */
import { build, element, say } from './dom.js'

/**
 * What the page needs of a model, as /v1/models describes it.
 *
 * @typedef {object} Model
 * @property {string} id
 * @property {string} precision
 * @property {string | null} execution_provider
 * @property {{ image_grid: [number, number] }} sizes
 * @property {{ max_inference_steps: number, max_guidance_scale: number }} limits
 * @property {{ num_inference_steps: number, guidance_scale: number }} defaults
 */

/**
 * @param {Model} model
 * @param {'named' | 'chosen'} where chosen: its name stands in the choice beside it
 */
export function describe ({ id, precision, execution_provider: provider }, where) {
  return `${where === 'named' ? `${id}, ` : ''}${precision}${provider === null ? '' : ` on ${provider}`}`
}

/**
 * Puts a choice among several models where else the name of the only one stands. Requests name a model from then on; of one model nothing is chosen, and none is named.
 *
 * @param {Model[]} models the default one first
 * @param {import('./wire.js').Wire} wire
 * @param {(model: Model) => void} onChoice
 */
export function offerModels (models, wire, onChoice) {
  document.getElementById('model-choice')?.remove()
  if (models.length === 1) {
    wire.choice = {}
    return
  }
  const choice = build('select', { id: 'model-choice', 'aria-label': 'Model' }, ...models.map(({ id }) => build('option', { value: id }, id)))
  const choose = () => {
    const [first] = models
    const model = models.find(({ id }) => id === choice.value) ?? first
    if (model === undefined) return
    wire.choice = { model: model.id }
    onChoice(model)
    say(`${model.id} is asked from now on`)
  }
  choice.addEventListener('change', choose)
  element('model', HTMLParagraphElement).before(choice)
  const chosen = models.find(({ id }) => id === wire.choice.model)
  if (chosen !== undefined) choice.value = chosen.id
  wire.choice = { model: choice.value }
}
