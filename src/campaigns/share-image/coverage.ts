/**
 * Computes how much of each pixel an outline covers: the signed areas of its edges, summed along each row (as Levien's
 * font-rs does).
 */
export class Coverage {
  readonly width: number
  readonly height: number
  readonly #areas: Float32Array
  /** First and last row with any edge. */
  #top = 1 << 30
  #bottom = 0

  /** Size in pixels. Outlines must lie within the width; parts above or below are cut off. */
  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.#areas = new Float32Array((width + 2) * height + 2)
  }

  /** Adds an edge of an outline; y grows downwards. */
  edge(fromX: number, fromY: number, toX: number, toY: number): void {
    if (fromY === toY) return
    const down = fromY < toY
    const [x0, y0, x1, y1] = down ? [fromX, fromY, toX, toY] : [toX, toY, fromX, fromY]
    const slope = (x1 - x0) / (y1 - y0)
    const last = Math.min(this.height, Math.ceil(y1))
    let x = y0 < 0 ? x0 - y0 * slope : x0
    const first = Math.max(0, Math.floor(y0))
    this.#top = Math.min(this.#top, first)
    this.#bottom = Math.max(this.#bottom, last)
    for (let row = first; row < last; row++) {
      const height = Math.min(row + 1, y1) - Math.max(row, y0)
      const onward = x + slope * height
      this.#cross(row * (this.width + 2), Math.min(x, onward), Math.max(x, onward), down ? height : -height)
      x = onward
    }
  }

  /** Adds a curve with one control point, as straight edges whose distance from the curve is invisible. */
  curve(x0: number, y0: number, cx: number, cy: number, x1: number, y1: number): void {
    const bend = Math.hypot(x0 - 2 * cx + x1, y0 - 2 * cy + y1)
    const steps = Math.max(1, Math.ceil(Math.sqrt(bend / (4 * MAX_FLAT_PX))))
    let [x, y] = [x0, y0]
    for (let step = 1; step <= steps; step++) {
      const t = step / steps
      const u = 1 - t
      const [toX, toY] = [u * u * x0 + 2 * u * t * cx + t * t * x1, u * u * y0 + 2 * u * t * cy + t * t * y1]
      this.edge(x, y, toX, toY)
      x = toX
      y = toY
    }
  }

  /** Calls `put` for every covered pixel; `share` is above 0 and at most 1. Outlines may overlap. */
  each(put: (x: number, y: number, share: number) => void): void {
    for (let y = this.#top; y < this.#bottom; y++) {
      let sum = 0
      for (let x = 0, at = y * (this.width + 2); x < this.width; x++, at++) {
        sum += this.#areas[at] ?? 0
        if (sum > MIN_SHARE || sum < -MIN_SHARE) put(x, y, Math.min(1, Math.abs(sum)))
      }
    }
  }

  /** Adds the area to the right of an edge between `left` and `right` in one row, spread over the pixels of the edge. */
  #cross(row: number, left: number, right: number, height: number): void {
    const areas = this.#areas
    const first = Math.floor(left)
    if (right <= first + 1) {
      const share = height * ((left + right) / 2 - first)
      areas[row + first] = (areas[row + first] ?? 0) + height - share
      areas[row + first + 1] = (areas[row + first + 1] ?? 0) + share
      return
    }
    const perPixel = height / (right - left)
    let covered = 0 // share of the height, to the left of this pixel's right side
    for (let pixel = first; pixel < right; pixel++) {
      const from = Math.max(left, pixel)
      const to = Math.min(right, pixel + 1)
      const here = (to - from) * perPixel
      const filled = covered + here * (1 - ((from + to) / 2 - pixel))
      areas[row + pixel] = (areas[row + pixel] ?? 0) + filled - this.#carried
      this.#carried = filled
      covered += here
    }
    areas[row + Math.ceil(right)] = (areas[row + Math.ceil(right)] ?? 0) + height - this.#carried
    this.#carried = 0
  }

  /** Sum over the previous pixels of the current edge. */
  #carried = 0
}

/** Most pixels between a curve and the straight edge that replaces it. */
const MAX_FLAT_PX = 0.05
/** Smaller sums are rounding errors. */
const MIN_SHARE = 1 / 512
