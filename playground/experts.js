/**
 * Which experts were chosen, from /metrics before and after. An answer says how many parameters were activated but not by which experts; the
 * server's counters do, for everybody's requests together, and by layer where it runs with UNIF2ACE_METRICS_PER_LAYER.
 */
import { build, element } from './dom.js'

/**
 * @typedef {Map<string, number>} Counts choices by `level task layer expert`
 * @typedef {{ layer: string, experts: number[] }} Layer
 */

const LINE = /^unif2ace_moe_expert_selections_total\{level="(\w+)",task="(\w+)",layer="(\w+)",expert="(\w+)"\} (\S+)$/gm
/** What the counters' levels are called here. */
const LEVELS = { token: 'Routed experts, chosen by each token', sequence: 'Sequence-level experts, chosen for the whole picture' }
/** The engine tells its counts between two steps; after so many looks nothing more will come. */
const LOOKS = 6
const PAUSE_MS = 200

/**
 * @param {string} text Prometheus text
 * @returns {Counts}
 */
export function readSelections (text) {
  return new Map([...text.matchAll(LINE)].map(([, level, task, layer, expert, count]) => [`${level} ${task} ${layer} ${expert}`, Number(count)]))
}

/**
 * Choices of one task by layer and expert since `before`.
 *
 * @param {Counts} before
 * @param {Counts} after
 * @param {string} task
 * @param {string} level
 * @returns {Layer[]} in the order of the layers
 */
export function chosenSince (before, after, task, level) {
  /** @type {Map<string, number[]>} */
  const layers = new Map()
  let most = 0
  for (const [name, count] of after) {
    const [itsLevel, itsTask, layer = '', expert] = name.split(' ')
    if (itsLevel !== level || itsTask !== task) continue
    const experts = layers.get(layer) ?? []
    experts[Number(expert)] = count - (before.get(name) ?? 0)
    layers.set(layer, experts)
    most = Math.max(most, Number(expert) + 1)
  }
  return [...layers]
    .map(([layer, experts]) => ({ layer, experts: Array.from({ length: most }, (_, expert) => experts[expert] ?? 0) }))
    .filter(({ experts }) => experts.some((count) => count > 0))
    .sort((one, other) => Number(one.layer) - Number(other.layer))
}

export class Experts {
  #section = element('experts', HTMLElement)
  /** @type {object | undefined} whose choices are being looked for */
  #looking

  /**
   * Shows what was chosen since `before`, when the counters have taken it in.
   *
   * @param {{ metrics: () => Promise<string> }} wire
   * @param {Counts} before
   * @param {'generate' | 'caption' | 'answer' | undefined} task undefined where the model was not asked
   */
  async look (wire, before, task) {
    const mine = this.#looking = {}
    this.#section.hidden = true
    if (task === undefined) return
    let seen = ''
    for (let look = 0; look < LOOKS; look++) {
      await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS) })
      const after = readSelections(await wire.metrics())
      if (this.#looking !== mine) return
      const tables = Object.entries(LEVELS).map(([level, caption]) => ({ caption, layers: chosenSince(before, after, task, level) })).filter(({ layers }) => layers.length > 0)
      const now = JSON.stringify(tables)
      if (now === seen && tables.length > 0) return
      seen = now
      this.#show(tables)
    }
  }

  /** @param {{ caption: string, layers: Layer[] }[]} tables */
  #show (tables) {
    this.#section.hidden = tables.length === 0
    const isSummed = tables.some(({ layers }) => layers.some(({ layer }) => layer === 'all'))
    element('experts-note', HTMLParagraphElement).textContent = `Percent of the choices of each layer, from the server's counters while this ran: requests of others at the same time are in them.${isSummed ? ' All layers together here; UNIF2ACE_METRICS_PER_LAYER=true tells them apart.' : ''}`
    element('expert-tables', HTMLDivElement).replaceChildren(...tables.map(({ caption, layers }) => table(caption, layers)))
  }
}

/**
 * @param {string} caption
 * @param {Layer[]} layers
 */
function table (caption, layers) {
  const heads = (layers[0]?.experts ?? []).map((_, expert) => build('th', { scope: 'col' }, String(expert + 1)))
  return build('table', {},
    build('caption', {}, caption),
    build('thead', {}, build('tr', {}, build('th', { scope: 'col' }, 'Layer'), ...heads)),
    build('tbody', {}, ...layers.map(({ layer, experts }) => build('tr', {}, build('th', { scope: 'row' }, layer === 'all' ? 'all' : String(Number(layer) + 1)), ...cells(experts)))))
}

/** @param {number[]} experts choices of one layer: the deeper the colour, the larger an expert's part of them */
function cells (experts) {
  const all = experts.reduce((sum, count) => sum + count, 0)
  const most = Math.max(...experts)
  return experts.map((count) => {
    const cell = build('td', { title: `chosen ${count} times` }, count === 0 ? '·' : String(Math.round(100 * count / all)))
    cell.style.setProperty('--share', String(count / most))
    return cell
  })
}
