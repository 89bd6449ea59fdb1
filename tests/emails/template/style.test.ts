import { describe, expect, it } from 'vitest'
import { PALETTE } from '../../../src/emails/template/style.ts'

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

describe('the palette', () => {
  it.each(['light', 'dark'] as const)('reaches AA for every text on every background, %s', (mode) => {
    const colours = PALETTE[mode]
    for (const ground of [colours.page, colours.card, colours.tint]) {
      for (const ink of [colours.ink, colours.quiet, colours.accent]) {
        expect(contrast(ink, ground), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5)
      }
    }
    expect(contrast(colours.onButton, colours.button)).toBeGreaterThanOrEqual(4.5)
  })
})
