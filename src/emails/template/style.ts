import type { Direction } from '../../kit/locales.ts'

/**
 * The look that templates and prose share. Every pair of text and ground reaches WCAG 2.2 AA (4.5:1), in light and in dark;
 * tests/emails/template/style.test.ts computes it.
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

/** Fonts that are already on the reader's machine and have Cyrillic with the Kazakh letters; Arabic readers get theirs first. */
const SANS = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif"
const ARABIC = "'Segoe UI', 'Geeza Pro', 'Noto Naskh Arabic', 'Noto Sans Arabic', Tahoma, Arial, sans-serif"

export const fontFor = (locale: string): string => (locale.split('-')[0] === 'ar' ? ARABIC : SANS)

/** Mail programs lack logical properties, so sides are named per direction. */
export const sidesOf = (direction: Direction): { start: 'left' | 'right'; end: 'left' | 'right' } =>
  direction === 'rtl' ? { start: 'right', end: 'left' } : { start: 'left', end: 'right' }
