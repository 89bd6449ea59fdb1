import type { Direction } from '../../kit/locales.ts'

/**
 * Colours that templates and prose share. Text on its background reaches WCAG 2.2 AA (4.5:1), light and dark;
 * tests/emails/template/style.test.ts checks the ratios.
 */
export const PALETTE = {
  light: {
    page: '#f3efe9',
    card: '#ffffff',
    tint: '#f8f5f0',
    ink: '#211d1b',
    quiet: '#635b55',
    line: '#ddd6cd',
    accent: '#b0131d',
    button: '#b0131d',
    onButton: '#ffffff',
  },
  dark: {
    page: '#151312',
    card: '#211e1c',
    tint: '#2b2725',
    ink: '#f4efe9',
    quiet: '#b9afa6',
    line: '#463f3a',
    accent: '#ff8d84',
    button: '#c81e28',
    onButton: '#ffffff',
  },
} as const

/** System fonts that include Cyrillic with the Kazakh letters. Arabic has its own list. */
const SANS = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif"
const ARABIC = "'Segoe UI', 'Geeza Pro', 'Noto Naskh Arabic', 'Noto Sans Arabic', Tahoma, Arial, sans-serif"

export const fontFor = (locale: string): string => (locale.split('-')[0] === 'ar' ? ARABIC : SANS)

/** Physical sides for the start and end of a line, because mail programs lack CSS logical properties. */
export const sidesOf = (direction: Direction): { start: 'left' | 'right'; end: 'left' | 'right' } =>
  direction === 'rtl' ? { start: 'right', end: 'left' } : { start: 'left', end: 'right' }
