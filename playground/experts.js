/** Which experts the last request used, layer by layer, as its `usage.experts` says. */
import { build, element, percent } from './dom.js'

/**
 * @typedef {{ expert: number, choices: number, share: number }} Routed
 * @typedef {{ expert: number, kind: string, passes: number, share: number }} Whole
 * @typedef {{ layer: number, token_level: Routed[], sequence_level: Whole[] }} Layer
 * @typedef {{ group: 'generate' | 'understand', picture_passes: number, layers: Layer[] }} Experts
 */

const GROUPS = { generate: 'The experts for making pictures', understand: 'The experts for reading pictures' }
/** What the kinds of sequence-level experts do. @type {Record<string, string>} */
const KINDS = {
  copy: 'leaves it as it is',
  zero: 'leaves it out',
  noise: 'adds how much is masked',
  clip: 'adds what CLIP sees',
  face: 'adds whose features the face has'
}

/** @param {Experts | undefined} experts undefined where the model was not asked */
export function showExperts (experts) {
  element('experts', HTMLElement).hidden = experts === undefined
  if (experts === undefined) return
  const { group, picture_passes: passes, layers } = experts
  element('experts-note', HTMLParagraphElement).textContent = `${GROUPS[group]}, counted from the routing of this request's own passes.`
  element('expert-tables', HTMLDivElement).replaceChildren(routedTable(layers), passes === 0 ? fromCache() : wholeTable(layers, passes))
}

/** @param {Layer[]} layers */
function routedTable (layers) {
  const [first] = layers
  return build('div', {},
    table('Routed experts, chosen token by token', 'Percent of the layer\'s choices.', (first?.token_level ?? []).map(({ expert }) => String(expert + 1)), layers.map(({ layer, token_level: routed }) => ({ layer, cells: partsOf(routed) }))))
}

/**
 * @param {Layer[]} layers
 * @param {number} passes over a picture
 */
function wholeTable (layers, passes) {
  const [first] = layers
  const kinds = (first?.sequence_level ?? []).map(({ kind }) => kind)
  return build('div', {},
    table('Sequence-level experts, chosen for the whole picture', passes === 1 ? 'Those that were active when the picture was read.' : `Percent of the ${passes} passes over the picture.`, kinds, layers.map(({ layer, sequence_level: whole }) => ({ layer, cells: partsOf(whole) }))),
    build('dl', { class: 'kinds' }, ...[...new Set(kinds)].map((kind) => build('div', {}, build('dt', {}, kind), build('dd', {}, `${KINDS[kind] ?? ''}; active in ${activeIn(layers, kind)} of ${layers.length} layers`)))))
}

/** Text alone was gone over. */
function fromCache () {
  return build('div', {}, build('p', { class: 'lead' }, 'The picture had been read before and was found in the cache. No pass went over it, so it took no sequence-level expert this time.'))
}

/**
 * @param {Layer[]} layers
 * @param {string} kind
 */
function activeIn (layers, kind) {
  return layers.filter(({ sequence_level: whole }) => whole.some((each) => each.kind === kind && each.passes > 0)).length
}

/**
 * Shares as they are shown: the deeper the colour, the larger a share beside the row's largest.
 *
 * @param {{ share: number }[]} experts
 */
function partsOf (experts) {
  const most = Math.max(...experts.map(({ share }) => share))
  return experts.map(({ share }) => ({ share, depth: most === 0 ? 0 : share / most }))
}

/**
 * @param {string} caption
 * @param {string} unit what the figures are
 * @param {string[]} heads
 * @param {{ layer: number, cells: { share: number, depth: number }[] }[]} rows
 */
function table (caption, unit, heads, rows) {
  return build('table', {},
    build('caption', {}, caption, build('small', {}, unit)),
    build('thead', {}, build('tr', {}, build('th', { scope: 'col' }, 'Layer'), ...heads.map((head) => build('th', { scope: 'col' }, head)))),
    build('tbody', {}, ...rows.map(({ layer, cells }) => build('tr', {}, build('th', { scope: 'row' }, String(layer + 1)), ...cells.map(cell)))))
}

/** @param {{ share: number, depth: number }} part */
function cell ({ share, depth }) {
  const made = share === 0
    ? build('td', {}, build('span', { 'aria-hidden': 'true' }, '·'), build('span', { class: 'quiet' }, 'never'))
    : build('td', { title: percent(share) }, share < 0.005 ? '<1' : String(Math.round(100 * share)))
  made.style.setProperty('--share', String(depth))
  return made
}
