/** Painting where a picture is repainted, with a pointer or with keys. */
import { build, element, percent, say } from './dom.js'

/** Side of the painted square, in its own pixels. */
const SIDE = 512
/** A pixel counts as painted from here on: the edge of a brush is soft. */
const HALF = 128
/** Moves of the arrow keys, in cells. @type {Record<string, [number, number]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

export class Mask {
  #canvas = element('mask', HTMLCanvasElement)
  #context
  #cursor = build('div', { class: 'cursor', hidden: '' })
  #rows = 1
  #columns = 1
  #row = 0
  #column = 0
  /** @type {ImageData | undefined} */
  #last
  /** @type {(() => void)[]} */
  #listeners = []

  constructor () {
    this.#canvas.width = this.#canvas.height = SIDE
    const context = this.#canvas.getContext('2d', { willReadFrequently: true })
    if (context === null) throw new Error('this browser has no 2D canvas')
    this.#context = context
    this.#canvas.after(this.#cursor)
    this.#listenToPointer()
    this.#canvas.addEventListener('keydown', (event) => { this.#key(event) })
    this.#canvas.addEventListener('focus', () => { this.#cursor.hidden = !this.#canvas.matches(':focus-visible') })
    this.#canvas.addEventListener('blur', () => { this.#cursor.hidden = true })
  }

  /** @param {[number, number]} grid rows and columns that the keys move over: those of the model's tokens */
  setGrid ([rows, columns]) {
    this.#rows = rows
    this.#columns = columns
    this.#row = Math.floor(rows / 2)
    this.#column = Math.floor(columns / 2)
    this.#placeCursor()
  }

  /** @param {() => void} listener told when something was painted */
  onPaint (listener) {
    this.#listeners.push(listener)
  }

  /** Share of the square that is painted. */
  get share () {
    const { data } = this.#context.getImageData(0, 0, SIDE, SIDE)
    let painted = 0
    for (let index = 3; index < data.length; index += 4) if ((data[index] ?? 0) >= HALF) painted++
    return painted / SIDE ** 2
  }

  /** @param {'top' | 'middle' | 'bottom' | 'invert' | 'last' | 'none' | string} name of a region that needs no pointer */
  region (name) {
    const third = { top: 0, middle: 1, bottom: 2 }[name]
    if (third !== undefined) this.#rectangle(0, third * SIDE / 3, SIDE, SIDE / 3, 'paint')
    else if (name === 'last' && this.#last !== undefined) this.#restore(this.#last)
    else if (name === 'invert') this.#draw('xor', () => { this.#context.fillRect(0, 0, SIDE, SIDE) })
    else this.#draw('source-over', () => { this.#context.clearRect(0, 0, SIDE, SIDE) })
  }

  /**
   * The mask as a PNG of a picture's size: transparent where it was painted. The square lies in the middle of the picture, as the server crops it.
   *
   * @param {HTMLImageElement} image
   * @returns {Promise<Blob>}
   */
  async file ({ naturalWidth: width, naturalHeight: height }) {
    const canvas = build('canvas', { width: String(width), height: String(height) })
    const context = canvas.getContext('2d')
    const side = Math.min(width, height)
    if (context !== null) {
      context.fillRect(0, 0, width, height)
      context.globalCompositeOperation = 'destination-out'
      context.imageSmoothingEnabled = false
      context.drawImage(this.#canvas, (width - side) / 2, (height - side) / 2, side, side)
    }
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => { if (blob === null) reject(new Error('the mask could not be written: is the picture too large for this browser?')); else resolve(blob) }, 'image/png')
    })
  }

  /** Clears it, and keeps it for another try. */
  putAway () {
    if (this.share > 0) {
      this.#last = this.#context.getImageData(0, 0, SIDE, SIDE)
      element('last-mask', HTMLButtonElement).hidden = false
    }
    this.region('none')
  }

  /** @param {ImageData} pixels */
  #restore (pixels) {
    this.#draw('source-over', () => { this.#context.putImageData(pixels, 0, 0) })
  }

  #listenToPointer () {
    /** @type {{ x: number, y: number } | undefined} */
    let last
    this.#canvas.addEventListener('pointerdown', (event) => {
      this.#canvas.setPointerCapture(event.pointerId)
      last = this.#pointOf(event)
      this.#stroke(last, last)
    })
    this.#canvas.addEventListener('pointermove', (event) => {
      if (last === undefined) return
      const point = this.#pointOf(event)
      this.#stroke(last, point)
      last = point
    })
    for (const end of ['pointerup', 'pointercancel']) {
      this.#canvas.addEventListener(end, () => {
        last = undefined
        this.#tell()
      })
    }
  }

  /** @param {PointerEvent} event */
  #pointOf (event) {
    const box = this.#canvas.getBoundingClientRect()
    return { x: (event.clientX - box.left) / box.width * SIDE, y: (event.clientY - box.top) / box.height * SIDE }
  }

  /**
   * @param {{ x: number, y: number }} from
   * @param {{ x: number, y: number }} to
   */
  #stroke (from, to) {
    const context = this.#context
    context.globalCompositeOperation = brush() === 'erase' ? 'destination-out' : 'source-over'
    context.strokeStyle = context.fillStyle = this.#colour
    context.lineCap = 'round'
    context.lineWidth = Number(element('brush-size', HTMLInputElement).value) / 100 * SIDE
    // A line without length draws nothing: a dab is a disc.
    context.beginPath()
    context.arc(to.x, to.y, context.lineWidth / 2, 0, 2 * Math.PI)
    context.fill()
    context.beginPath()
    context.moveTo(from.x, from.y)
    context.lineTo(to.x, to.y)
    context.stroke()
  }

  /** @param {KeyboardEvent} event */
  #key (event) {
    const move = MOVES[event.key]
    if (move !== undefined) {
      this.#column = Math.min(this.#columns - 1, Math.max(0, this.#column + move[0]))
      this.#row = Math.min(this.#rows - 1, Math.max(0, this.#row + move[1]))
    } else if (event.key === ' ') {
      const width = SIDE / this.#columns
      const height = SIDE / this.#rows
      this.#rectangle(this.#column * width, this.#row * height, width, height, brush())
    } else return
    event.preventDefault()
    this.#cursor.hidden = false
    this.#placeCursor()
    say(`Row ${this.#row + 1}, column ${this.#column + 1}: ${this.#isPaintedHere() ? 'painted' : 'kept'}. ${percent(this.share)} painted.`)
  }

  #isPaintedHere () {
    const [, , , alpha = 0] = this.#context.getImageData((this.#column + 0.5) * SIDE / this.#columns, (this.#row + 0.5) * SIDE / this.#rows, 1, 1).data
    return alpha >= HALF
  }

  #placeCursor () {
    const { style } = this.#cursor
    style.setProperty('--row', String(this.#row))
    style.setProperty('--column', String(this.#column))
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   * @param {string} how 'paint' or 'erase'
   */
  #rectangle (x, y, width, height, how) {
    this.#draw(how === 'erase' ? 'destination-out' : 'source-over', () => { this.#context.fillRect(x, y, width, height) })
  }

  /**
   * @param {GlobalCompositeOperation} operation
   * @param {() => void} draw
   */
  #draw (operation, draw) {
    this.#context.globalCompositeOperation = operation
    this.#context.fillStyle = this.#colour
    draw()
    this.#tell()
  }

  get #colour () {
    return getComputedStyle(this.#canvas).color
  }

  #tell () {
    for (const listener of this.#listeners) listener()
  }
}

/** What the brush does, as the radio buttons say. */
function brush () {
  return document.querySelector('input[name=brush][value=erase]:checked') === null ? 'paint' : 'erase'
}
